/** A script for Python 3, with its standard library alone. */
import { type Reading, toAddress } from './reading.js';

/** NDJSON: numbers are numbers, an empty cell is None, and an answer that was cut raises. */
export function toPython(reading: Reading): string {
  const request = reading.isOpen
    ? 'Request(ADDRESS)'
    : 'Request(ADDRESS, headers={"Authorization": f"Bearer {os.environ[\'KEEPNET_GRAPH_KEY\']}"})';
  return `import json
${reading.isOpen ? '' : 'import os\n'}from urllib.request import Request, urlopen

ADDRESS = ${toLiteral(toAddress(reading, 'ndjson'))}

with urlopen(${request}) as response:
    print(response.headers["X-Coverage"])
    rows = [json.loads(line) for line in response]

print(len(rows), "rows")
# With pandas: pandas.DataFrame(rows)
`;
}

/** A text of JSON is one of Python, too. */
function toLiteral(text: string): string {
  return JSON.stringify(text);
}
