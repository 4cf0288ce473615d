"""The tables of questions and replies as m033 makes them; like a migration they never change."""


def make(db):
    """Make them."""
    for statement in _STATEMENTS:
        db.execute(statement)


_STATEMENTS = (
    """CREATE TABLE question (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        version INTEGER NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        readers TEXT NOT NULL CHECK (readers IN ('department', 'list', 'all')),
        owner_id INTEGER REFERENCES member(id),
        department_id INTEGER REFERENCES department(id),
        anonymous INTEGER NOT NULL DEFAULT 0 CHECK (anonymous IN (0, 1)),
        archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
        wished_id INTEGER REFERENCES member(id),
        asked_id INTEGER REFERENCES member(id),
        due_at TEXT,
        stuck TEXT NOT NULL DEFAULT '',
        accepted_id INTEGER REFERENCES reply(id),
        accepted_at TEXT,
        note_id INTEGER REFERENCES note(id),
        created_at TEXT NOT NULL,
        CHECK ((asked_id IS NULL) = (due_at IS NULL)),
        CHECK ((accepted_id IS NULL) = (accepted_at IS NULL))
    ) STRICT""",
    "CREATE INDEX question_owner ON question(owner_id)",
    "CREATE INDEX question_asked ON question(asked_id) WHERE asked_id IS NOT NULL",
    "CREATE INDEX question_due ON question(due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX question_note ON question(note_id) WHERE note_id IS NOT NULL",
    """CREATE TABLE reply (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        question_id INTEGER NOT NULL REFERENCES question(id),
        member_id INTEGER NOT NULL REFERENCES member(id),
        body TEXT NOT NULL,
        written_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX reply_question ON reply(question_id)",
    "CREATE INDEX reply_member ON reply(member_id)",
    """CREATE TABLE reply_thanks (
        reply_id INTEGER NOT NULL REFERENCES reply(id),
        member_id INTEGER NOT NULL REFERENCES member(id),
        thanked_at TEXT NOT NULL,
        PRIMARY KEY (reply_id, member_id)
    ) STRICT""",
    # Whom a question went to, the first first.
    """CREATE TABLE question_turn (
        question_id INTEGER NOT NULL REFERENCES question(id),
        position INTEGER NOT NULL,
        member_id INTEGER NOT NULL REFERENCES member(id),
        asked_at TEXT NOT NULL,
        PRIMARY KEY (question_id, position)
    ) STRICT""",
    """CREATE TABLE question_topic (
        question_id INTEGER NOT NULL REFERENCES question(id),
        topic_id INTEGER NOT NULL REFERENCES topic(id),
        position INTEGER NOT NULL,
        PRIMARY KEY (question_id, topic_id)
    ) STRICT""",
    "CREATE INDEX question_topic_topic ON question_topic(topic_id)",
    """CREATE TABLE question_reader (
        question_id INTEGER NOT NULL REFERENCES question(id),
        member_id INTEGER REFERENCES member(id),
        department_id INTEGER REFERENCES department(id),
        CHECK ((member_id IS NULL) <> (department_id IS NULL))
    ) STRICT""",
    "CREATE INDEX question_reader_question ON question_reader(question_id)",
    """CREATE UNIQUE INDEX question_reader_member ON question_reader(member_id, question_id)
        WHERE member_id IS NOT NULL""",
    """CREATE UNIQUE INDEX question_reader_department ON question_reader(department_id, question_id)
        WHERE department_id IS NOT NULL""",
    # The words a question is found by when somebody asks one like it.
    """CREATE TABLE question_word (
        word TEXT NOT NULL,
        question_id INTEGER NOT NULL REFERENCES question(id),
        PRIMARY KEY (word, question_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX question_word_question ON question_word(question_id)",
)
