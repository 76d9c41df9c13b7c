/** The data source of Grafana's Infinity plugin, as a file for its provisioning. */
import type { Reading } from './reading.js';

/** The key is taken from the environment of Grafana, and sent to this server alone. */
export function toGrafanaSource({ origin, isOpen }: Reading): string {
  const host = `allowedHosts: [${JSON.stringify(origin)}]`;
  const head = `apiVersion: 1
datasources:
  - name: keepnet-graph
    type: yesoreyeram-infinity-datasource
`;
  if (isOpen) return `${head}    jsonData:\n      ${host}\n`;
  return `${head}    basicAuth: true
    basicAuthUser: key
    jsonData:
      auth_method: basicAuth
      ${host}
    secureJsonData:
      basicAuthPassword: $KEEPNET_GRAPH_KEY
`;
}
