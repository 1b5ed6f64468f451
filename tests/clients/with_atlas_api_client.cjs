// Calls both operations with mongodb-atlas-api-client. It has no method for either, so both calls use the
// class that sends the requests of all its methods.
"use strict";

const urllib = require("urllib");
const HttpClient = require("mongodb-atlas-api-client/src/httpClient");

const env = process.env;
const client = new HttpClient(urllib, env.ATLAS_PUBLIC_KEY, env.ATLAS_PRIVATE_KEY);
const group = `${env.ATLAS_URL}/api/atlas/v2/groups/${env.ATLAS_GROUP}`;

async function main() {
  const listed = await client.fetch(
    `${group}/clusters/${env.ATLAS_CLUSTER}/backup/exports?itemsPerPage=2`,
    { headers: { Accept: "application/vnd.atlas.2023-01-01+json" } },
  );
  const created = await client.fetch(`${group}/backup/exportBuckets`, {
    method: "POST",
    data: JSON.parse(env.ATLAS_BUCKET),
    headers: {
      Accept: "application/vnd.atlas.2024-05-30+json",
      "Content-Type": "application/json",
    },
  });
  console.log(JSON.stringify({ list: listed, create: created }));
}

main();
