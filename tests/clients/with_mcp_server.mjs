// Calls both operations with the Atlas client of mongodb-mcp-server, which supports service accounts. It
// has no method for either, so both calls use the openapi-fetch client behind its methods.
import { ApiClient, ClientCredentialsAuthProvider } from "@mongodb-js/mcp-atlas-api-client";

const env = process.env;
const logger = { error: ({ message }) => console.error(message) };
const options = { baseUrl: env.ATLAS_URL, userAgent: "AtlasMCP", httpClient: { fetch, Request } };
const account = { clientId: env.ATLAS_CLIENT_ID, clientSecret: env.ATLAS_CLIENT_SECRET };
const authProvider = new ClientCredentialsAuthProvider({ ...options, ...account }, logger);
const api = new ApiClient({ options, logger, authProvider });

function content({ data, error }) {
  if (error) throw new Error(JSON.stringify(error));
  return data;
}

await api.validateAuthConfig();
const listed = await api.client.GET(
  "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports",
  {
    params: {
      path: { groupId: env.ATLAS_GROUP, clusterName: env.ATLAS_CLUSTER },
      query: { itemsPerPage: 2 },
    },
  },
);
const created = await api.client.POST("/api/atlas/v2/groups/{groupId}/backup/exportBuckets", {
  params: { path: { groupId: env.ATLAS_GROUP } },
  body: JSON.parse(env.ATLAS_BUCKET),
});
await api.close();
console.log(JSON.stringify({ list: content(listed), create: content(created) }));
