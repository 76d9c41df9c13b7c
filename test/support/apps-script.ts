/**
 * Google's services as far as the connector for Looker Studio uses them, so that its script runs here: requests are really made, by a
 * curl that is waited for, since Apps Script knows no promises. The server that is asked stands in another process.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';

export interface Config {
  readonly id: string;
  readonly options: readonly string[];
}

/* biome-ignore-start lint/suspicious/noExplicitAny: a script without types, called as Looker Studio calls it */
/** What a community connector is, and a constant of ours. */
export interface Connector {
  PAGE_ROWS: number;
  getAuthType(): any;
  setCredentials(request: unknown): any;
  isAuthValid(): any;
  resetAuth(): any;
  getConfig(request: unknown): any;
  getSchema(request: unknown): any;
  getData(request: unknown): any;
}
/* biome-ignore-end lint/suspicious/noExplicitAny: as above */

export interface AppsScript {
  readonly script: Connector;
  /** Kept for the user by `PropertiesService`. */
  readonly properties: Map<string, string>;
  /** Addresses that were asked, in order. */
  readonly asked: string[];
  /** Milliseconds that the script slept, if only it had. */
  readonly slept: number[];
}

/** A script whose `https` requests are sent as `http`: the server of a test has no certificate. */
export function runAppsScript(file: string): AppsScript {
  const properties = new Map<string, string>();
  const asked: string[] = [];
  const slept: number[] = [];
  const context = createContext({
    DataStudioApp: { createCommunityConnector },
    PropertiesService: { getUserProperties: () => toProperties(properties) },
    UrlFetchApp: {
      fetch(address: string, options: { headers: Record<string, string> }) {
        asked.push(address);
        return fetchByCurl(address.replace(/^https:/, 'http:'), options.headers);
      },
    },
    Utilities: { sleep: (ms: number) => void slept.push(ms) },
  });
  runInContext(readFileSync(file, 'utf8'), context, { filename: file });
  return { script: context as unknown as Connector, properties, asked, slept };
}

function toProperties(kept: Map<string, string>) {
  return {
    getProperty: (name: string) => kept.get(name) ?? null,
    deleteProperty: (name: string) => void kept.delete(name),
    setProperties(values: Record<string, string>) {
      for (const [name, value] of Object.entries(values)) kept.set(name, value);
    },
  };
}

function fetchByCurl(address: string, headers: Record<string, string>) {
  const args = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
  const answer = execFileSync('curl', ['--silent', '--include', ...args, address], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const [head = '', ...body] = answer.split('\r\n\r\n');
  const lines = head.split('\r\n').map((line) => line.split(': '));
  return {
    getResponseCode: () => Number(head.split(' ', 2)[1]),
    getHeaders: () => Object.fromEntries(lines.map(([name = '', ...value]) => [name, value.join(': ')])),
    getContentText: () => body.join('\r\n\r\n'),
  };
}

function createCommunityConnector() {
  const authTypes = { PATH_KEY: 'PATH_KEY' };
  let text = '';
  const error = {
    setText(told: string) {
      text = told;
      return error;
    },
    throwException() {
      throw new Error(text);
    },
  };
  return {
    AuthType: authTypes,
    newAuthTypeResponse: () => ({ setAuthType: (type: string) => ({ build: () => ({ type }) }) }),
    newUserError: () => error,
    getConfig: createConfig,
  };
}

/** Inputs and options are built by chains of setters, of which only ids and values matter here. */
function createConfig() {
  const inputs: { id: string; options: string[] }[] = [];
  const newInput = () => {
    const kept = { id: '', options: [] as string[] };
    inputs.push(kept);
    const input = {
      setId(id: string) {
        kept.id = id;
        return input;
      },
      setName: () => input,
      setHelpText: () => input,
      setPlaceholder: () => input,
      addOption(option: { value: string }) {
        kept.options.push(option.value);
        return input;
      },
    };
    return input;
  };
  const newOptionBuilder = () => {
    const option = { value: '', setLabel: () => option, setValue: (value: string) => Object.assign(option, { value }) };
    return option;
  };
  return {
    newTextInput: newInput,
    newSelectSingle: newInput,
    newCheckbox: newInput,
    newOptionBuilder,
    build: (): Config[] => inputs,
  };
}
