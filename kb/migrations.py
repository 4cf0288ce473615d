"""The tables of the knowledge store. A migration never changes once it has shipped."""

from kb import (
    absence_tables,
    agreement_tables,
    care_tables,
    channel_tables,
    customer_tables,
    customers,
    filed_tables,
    first_tables,
    intake_tables,
    interaction_file_tables,
    interaction_reader_tables,
    mention_tables,
    merging_tables,
    moving_tables,
    news_tables,
    note_counts,
    pen_tables,
    proof_tables,
    question_tables,
    quote_tables,
    readers_tables,
    searched_tables,
    shipped_tables,
    synonym_tables,
    topic_tables,
    touched_tables,
    verification_tables,
    version_tables,
)
from kb.map import capped_tables, cell_tables, product_tables, reason_tables, score_tables
from kb.sqlite import Migrations

migrations = Migrations("kb")


@migrations()
def m001_people_and_feed(db):
    _execute(db, first_tables.PEOPLE + first_tables.FEED)


@migrations()
def m002_notes_and_topics(db):
    _execute(db, first_tables.NOTES)


@migrations()
def m003_customers_and_note_details(db):
    _execute(db, customer_tables.TABLES)


@migrations()
def m004_contacts_sources_and_topic_tree(db):
    _execute(db, shipped_tables.MAP)


@migrations()
def m005_language_of_notes(db):
    db.execute("ALTER TABLE note ADD COLUMN lang TEXT NOT NULL DEFAULT '' CHECK (lang IN ('', 'zh', 'en'))")
    db.execute("CREATE INDEX note_title ON note(title)")


@migrations()
def m006_what_a_member_did(db):
    db.execute("CREATE INDEX access_log_member ON access_log(member_id, at)")
    db.execute("CREATE INDEX change_member ON change(member_id, at)")


@migrations()
def m007_gates_of_maturity(db):
    _execute(db, shipped_tables.GATES)


@migrations()
def m008_uses_of_notes(db):
    _execute(db, shipped_tables.USES)


@migrations()
def m009_doubts_about_notes(db):
    _execute(db, shipped_tables.DOUBTS)


@migrations()
def m010_usual_readings_of_names(db):
    customers.derive_again(db)


@migrations()
def m011_comments_and_thanks(db):
    _execute(db, shipped_tables.COMMENTS)


@migrations()
def m012_interactions(db):
    _execute(db, shipped_tables.INTERACTIONS)


@migrations()
def m013_attachments(db):
    _execute(db, shipped_tables.ATTACHMENTS)


@migrations()
def m014_verification(db):
    verification_tables.make(db)


@migrations()
def m015_merged_notes(db):
    merging_tables.make(db)


@migrations()
def m016_templates_and_chips(db):
    _execute(db, shipped_tables.TEMPLATES_AND_CHIPS)


@migrations()
def m017_classification(db):
    _execute(db, shipped_tables.CLASSES)


@migrations()
def m018_list_indexes(db):
    db.execute(shipped_tables.LISTED)


@migrations()
def m019_quotes(db):
    _execute(db, shipped_tables.QUOTES)


@migrations()
def m020_named_readers(db):
    readers_tables.make(db)


@migrations()
def m021_uploads_of_notes_and_saved_views(db):
    _execute(db, moving_tables.TABLES)


@migrations()
def m022_proofs(db):
    proof_tables.make(db)


@migrations()
def m023_channels(db):
    channel_tables.make(db)


@migrations()
def m024_counts_of_notes(db):
    _execute(db, note_counts.TABLE)


@migrations()
def m025_changes_by_time(db):
    db.execute("CREATE INDEX change_at ON change(at)")


@migrations()
def m026_reasons_and_counts_of_topics(db):
    _execute(db, reason_tables.TABLE + note_counts.TOPIC_TABLE)


@migrations()
def m027_scans_of_answers(db):
    db.execute("ALTER TABLE answer ADD COLUMN attachment_id INTEGER REFERENCES attachment(id)")
    db.execute("CREATE INDEX answer_attachment ON answer(attachment_id)")


@migrations()
def m028_rows_of_uploads_of_notes(db):
    _execute(db, intake_tables.TABLES)


@migrations()
def m029_proposals(db):
    care_tables.make(db)


@migrations()
def m030_topics_with_parents_and_aliases(db):
    _execute(db, topic_tables.TOPICS)


@migrations()
def m031_sources_looked_at_again(db):
    topic_tables.make_sources(db)


@migrations()
def m032_scores(db):
    score_tables.make(db)


@migrations()
def m033_questions(db):
    question_tables.make(db)


@migrations()
def m034_drafts_pictures_and_mentions(db):
    pen_tables.make(db)


@migrations()
def m036_unmerged_texts_and_second_steps(db):
    _execute(db, version_tables.TABLES)


@migrations()
def m037_files_of_interactions(db):
    _execute(db, interaction_file_tables.TABLES)


@migrations()
def m038_absences_leaving_and_gaps(db):
    absence_tables.make(db)


@migrations()
def m040_quotes_of_interaction_files(db):
    _execute(db, quote_tables.STATEMENTS)


@migrations()
def m041_who_changed_a_note_last(db):
    _execute(db, news_tables.STATEMENTS)


@migrations()
def m042_cells_of_the_matrix(db):
    cell_tables.make(db)


@migrations()
def m043_lists_of_readers_of_interactions(db):
    interaction_reader_tables.make(db)


@migrations()
def m044_in_whose_place_a_question_is_asked(db):
    db.execute("ALTER TABLE question_turn ADD COLUMN for_id INTEGER REFERENCES member(id)")


@migrations()
def m045_one_gap_for_a_topic_that_few_know(db):
    db.execute("DELETE FROM gap WHERE kind = 'nobody' AND thing_id IN (SELECT thing_id FROM gap WHERE kind = 'sole')")
    db.execute("UPDATE gap SET kind = 'sole' WHERE kind = 'nobody'")


@migrations()
def m047_to_what_and_for_whom_customers_agreed(db):
    agreement_tables.make(db)


@migrations()
def m048_whom_and_what_interactions_name(db):
    mention_tables.make(db)


@migrations()
def m050_products_that_notes_name(db):
    product_tables.make(db)


@migrations()
def m051_members_by_name(db):
    db.execute("CREATE INDEX member_name ON member(name, department_id)")


@migrations()
def m052_notes_that_hold_for_a_time(db):
    db.execute(
        """CREATE INDEX note_valid ON note(valid_from, valid_until, id)
            WHERE valid_from <> '' OR valid_until <> ''"""
    )


@migrations()
def m053_reasons_of_colleagues_and_of_what_is_closed(db):
    _execute(db, capped_tables.STATEMENTS)


@migrations()
def m054_which_notes_search_looks_at_again(db):
    touched_tables.make(db)


@migrations()
def m055_that_search_looks_again_at_what_notes_are_filed_under(db):
    filed_tables.make(db)


@migrations()
def m056_words_that_mean_the_same(db):
    synonym_tables.make(db)


@migrations()
def m057_searches_that_led_nowhere(db):
    searched_tables.make_left(db)


@migrations()
def m058_news_of_saved_searches(db):
    searched_tables.make_news(db)


@migrations()
def m059_up_to_which_change_news_were_looked_for(db):
    searched_tables.make_news_by_seq(db)


def _execute(db, statements):
    for statement in statements:
        db.execute(statement)
