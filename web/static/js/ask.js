// ask.js: a request whose failure is told in a sentence; the text somebody wrote stays where it is.
export async function ask(url, options, say, trouble, stale = () => trouble(say.signed_out)) {
  try {
    const answer = await fetch(url, options);
    // Signed out meanwhile, the answer is the sign-in page.
    if (answer.redirected || answer.status === 401) return trouble(say.signed_out);
    // Signed out and in again, the token of a form is that of a session long gone.
    if (answer.status === 400) return stale();
    return answer.ok || answer.status === 422 ? answer : trouble(say.failed);
  } catch {
    return trouble(say.offline);
  }
}
