// ask.js: a request whose failure is told in a sentence; the text somebody wrote stays where it is.
export async function ask(url, options, say, trouble) {
  try {
    const answer = await fetch(url, options);
    // Signed out meanwhile, the answer is the sign-in page.
    if (answer.redirected || answer.status === 401) return trouble(say.signed_out);
    return answer.ok || answer.status === 422 ? answer : trouble(say.failed);
  } catch {
    return trouble(say.offline);
  }
}
