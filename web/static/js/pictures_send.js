// pictures_send.js: one picture on its way to the server, with how much of it is there.

// `form` has the token, and the field that tells this text from others one writes: the first picture gives it a value.
export function upload(address, form, { file, name }, told) {
  const mine = form.elements.namedItem("pictures_of");
  mine.value ||= [...crypto.getRandomValues(new Uint32Array(3))].map((each) => each.toString(36)).join("");
  const body = new FormData();
  body.set("csrf_token", form.elements.namedItem("csrf_token").value);
  body.set("draft", mine.value);
  body.set("picture", file, name);
  return new Promise((done) => {
    // fetch tells nothing of what was sent so far.
    const request = new XMLHttpRequest();
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => told(Math.floor((100 * loaded) / (total || 1))));
    request.addEventListener("loadend", () => done(request.response ?? {}));
    request.open("POST", address);
    request.send(body);
  });
}
