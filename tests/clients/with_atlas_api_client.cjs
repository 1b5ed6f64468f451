// Performs all calls with mongodb-atlas-api-client. The package has no methods for these calls, so this script uses the
// class that sends the requests of the package's methods.
"use strict";

const urllib = require("urllib");
const HttpClient = require("mongodb-atlas-api-client/src/httpClient");

const env = process.env;
const client = new HttpClient(urllib, env.ATLAS_PUBLIC_KEY, env.ATLAS_PRIVATE_KEY);

async function main() {
  const responses = {};
  for (const line of env.ATLAS_CALLS.split("\n")) {
    const [name, method, target, mediaType, body] = line.split("\t");
    const options = { method, headers: { Accept: mediaType } };
    if (body) {
      options.headers["Content-Type"] = "application/json";
      options.data = JSON.parse(body);
    }
    responses[name] = await client.fetch(env.ATLAS_URL + target, options);
  }
  console.log(JSON.stringify(responses));
}

main();
