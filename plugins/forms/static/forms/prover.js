// Counts until the hash fits (the worker of proof.js).
"use strict";
self.onmessage = async function (event) {
  var challenge = event.data;
  var encoder = new TextEncoder();
  for (var number = 0; number <= challenge.max_number; number += 1) {
    var hash = await crypto.subtle.digest(challenge.algorithm, encoder.encode(challenge.salt + number));
    var hex = Array.from(new Uint8Array(hash), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
    if (hex === challenge.challenge) {
      self.postMessage(number);
      return;
    }
  }
};
