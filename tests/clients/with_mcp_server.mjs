// Performs all calls with the Atlas client of mongodb-mcp-server, which supports service accounts. The client has no
// methods for these calls, so this script uses the openapi-fetch client behind its methods.
import { ApiClient, ClientCredentialsAuthProvider } from "@mongodb-js/mcp-atlas-api-client";

const env = process.env;
const logger = { error: ({ message }) => console.error(message) };
const options = { baseUrl: env.ATLAS_URL, userAgent: "AtlasMCP", httpClient: { fetch, Request } };
const account = { clientId: env.ATLAS_CLIENT_ID, clientSecret: env.ATLAS_CLIENT_SECRET };
const authProvider = new ClientCredentialsAuthProvider({ ...options, ...account }, logger);
const api = new ApiClient({ options, logger, authProvider });

await api.validateAuthConfig();
const responses = {};
for (const line of env.ATLAS_CALLS.split("\n")) {
  const [name, method, target, , body] = line.split("\t");
  const call = body ? { body: JSON.parse(body) } : {};
  const { data, error } = await api.client[method](target, call);
  if (error) throw new Error(`${name}: ${JSON.stringify(error)}`);
  responses[name] = data ?? null;
}
await api.close();
console.log(JSON.stringify(responses));
