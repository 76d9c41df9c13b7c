/**
 * The tools that the page knows: for each, which address it reads, what is to be pasted into it, and the steps in its own words. The
 * key is always put where the tool keeps credentials.
 */
import { toCurl } from './curl.js';
import { toSheetScript } from './google-sheets.js';
import { toGrafanaSource } from './grafana.js';
import { toODataFeed, toWebQuery } from './power-query.js';
import { toPython } from './python.js';
import { type Format, type Reading, toAddress, toODataAddress } from './reading.js';
import { toTypeScript } from './typescript.js';

export interface Tool {
  readonly id: string;
  readonly name: string;
  /** What a key for it is called. */
  readonly keyName: string;
  /** Those to choose from, the usual one first; none where the tool settles it. */
  readonly formats: readonly Format[];
  /** An OData service has only tables that need no parameter. */
  readonly isOData: boolean;
  address(reading: Reading, format: Format): string;
  readonly snippet: {
    /** Where it belongs, as a heading. */
    readonly title: string;
    text(reading: Reading, format: Format): string;
  } | null;
  steps(reading: Reading): readonly string[];
}

const basic = (isOpen: boolean, place: string) =>
  isOpen
    ? `${place}: choose Anonymous. This server asks for no key.`
    : `${place}: choose Basic, with the user name "key" and the API key as password.`;

const fromEnvironment = ({ isOpen }: Reading) =>
  isOpen ? [] : ['Put the API key into the environment as KEEPNET_GRAPH_KEY; then it stands in no file.'];

/** OData has no place where a tool would look for who is missing. */
const MISSING_IN_ODATA =
  'If a customer fails, OData refuses the whole answer, so that no sum is too small; require=any in the address takes the others.';

const asFile = { formats: [] as const, isOData: false };

export const TOOLS: readonly Tool[] = [
  {
    id: 'power-bi',
    name: 'Power BI (Web)',
    keyName: 'Power BI',
    ...asFile,
    address: (reading) => toAddress(reading, 'csv'),
    snippet: { title: 'Query in M', text: toWebQuery },
    steps: ({ isOpen, origin }) => [
      'Home, Get data, Blank query; then Advanced Editor: paste the query over what is there.',
      basic(isOpen, `When Power BI asks for credentials for ${origin}`),
      'Close & Apply. After publishing, give the same credentials once more in the settings of the semantic model, and schedule the refresh there.',
    ],
  },
  {
    id: 'power-bi-odata',
    name: 'Power BI (OData)',
    keyName: 'Power BI',
    formats: [],
    isOData: true,
    address: toODataAddress,
    snippet: { title: 'Query in M', text: toODataFeed },
    steps: ({ isOpen, origin }) => [
      'Home, Get data, Blank query; then Advanced Editor: paste the query over what is there.',
      `Or Get data, OData feed, with the address ${origin}/odata/, to choose tables from a list.`,
      basic(isOpen, 'When Power BI asks for credentials'),
      MISSING_IN_ODATA,
    ],
  },
  {
    id: 'excel',
    name: 'Excel',
    keyName: 'Excel',
    ...asFile,
    address: (reading) => toAddress(reading, 'csv'),
    snippet: { title: 'Query in M', text: toWebQuery },
    steps: ({ isOpen, origin }) => [
      'Data, Get Data, From Other Sources, Blank Query; then Advanced Editor: paste the query over what is there.',
      basic(isOpen, `When Excel asks for credentials for ${origin}`),
      'Close & Load. Data, Refresh All reads it anew; the types of the columns are the same in every language of Excel.',
    ],
  },
  {
    id: 'grafana',
    name: 'Grafana',
    keyName: 'Grafana',
    ...asFile,
    address: (reading) => toAddress(reading, 'json'),
    snippet: { title: 'Data source for provisioning', text: toGrafanaSource },
    steps: (reading) => [
      'Install the plugin Infinity (yesoreyeram-infinity-datasource) and put the file into provisioning/datasources; or add the source by hand with the same settings.',
      ...(reading.isOpen ? [] : ['Give Grafana the API key in its environment as KEEPNET_GRAPH_KEY.']),
      'In a panel choose the type JSON, the parser JSONata, the method GET, the address above, and the root "rows".',
      'One answer has 1,000 rows, or as many as limit= says, up to 10,000. Answers that the server has kept cost Keepnet nothing.',
    ],
  },
  {
    id: 'looker-studio',
    name: 'Looker Studio',
    keyName: 'Looker Studio',
    ...asFile,
    address: (reading) => toAddress(reading, 'json'),
    snippet: { title: 'Apps Script of a Google sheet', text: toSheetScript },
    steps: ({ isOpen }) => [
      'In a Google sheet open Extensions, Apps Script, and paste the script.',
      ...(isOpen ? [] : ['Project Settings, Script Properties: add KEEPNET_GRAPH_KEY with the API key.']),
      'Run refresh once, and add a time-driven trigger for it.',
      'In Looker Studio choose the connector Google Sheets and this sheet. Google must be able to reach this server.',
    ],
  },
  {
    id: 'tableau',
    name: 'Tableau',
    keyName: 'Tableau',
    formats: [],
    isOData: true,
    address: toODataAddress,
    snippet: null,
    steps: ({ isOpen }) => [
      'Connect, To a Server, OData; as Server give the address above.',
      isOpen
        ? 'Authentication: No Authentication. This server asks for no key.'
        : 'Authentication: Username and Password, with the user name "key" and the API key as password.',
      'Tableau makes an extract of it; schedule the refresh of the extract where you publish it.',
      MISSING_IN_ODATA,
    ],
  },
  {
    id: 'curl',
    name: 'curl',
    keyName: 'Scripts',
    formats: ['csv', 'ndjson', 'json', 'xlsx'],
    isOData: false,
    address: toAddress,
    snippet: { title: 'Command', text: toCurl },
    steps: (reading) => [
      ...fromEnvironment(reading),
      'The command ends with an error where the server refuses, or where the answer is cut; a file that was begun is then not whole.',
    ],
  },
  {
    id: 'python',
    name: 'Python',
    keyName: 'Scripts',
    ...asFile,
    address: (reading) => toAddress(reading, 'ndjson'),
    snippet: { title: 'Script', text: toPython },
    steps: (reading) => [...fromEnvironment(reading), 'It needs Python 3 and no package.'],
  },
  {
    id: 'typescript',
    name: 'TypeScript',
    keyName: 'Scripts',
    ...asFile,
    address: (reading) => toAddress(reading, 'ndjson'),
    snippet: { title: 'Module', text: toTypeScript },
    steps: (reading) => [...fromEnvironment(reading), 'It needs Node 20 or newer and no package.'],
  },
  {
    id: 'url',
    name: 'Another tool',
    keyName: 'BI',
    formats: ['csv', 'json', 'ndjson', 'xlsx'],
    isOData: false,
    address: toAddress,
    snippet: null,
    steps: ({ isOpen }) => [
      isOpen
        ? 'Any client that can GET an address reads it. This server asks for no key.'
        : 'Any client that can GET an address reads it, with the API key as password of Basic, as Bearer token, or in the header X-API-Key.',
      ...(isOpen
        ? []
        : [
            'Only for tools that can send none of these, and only where the operator allows it (TABLES_ALLOW_QUERY_KEY), the key may be added as key=.',
          ]),
    ],
  },
];
