/**
 * The simulator for tests: started on a free port, with a typed client of its control routes and a short way to call its API
 * as Keepnet's clients would. Whoever starts one stops it.
 */
import type { Fault } from '../../src/simulator/faults.js';
import type { JournalEntry, JournalReport } from '../../src/simulator/journal.js';
import { createSimulator, SIMULATOR_CREDENTIALS, type SimulatorOptions } from '../../src/simulator/server.js';
import type { SimulatorSettings } from '../../src/simulator/settings.js';

export type { Fault, JournalEntry, JournalReport, SimulatorSettings };

export interface SimulatorControl {
  journal(): Promise<JournalReport>;
  clearJournal(): Promise<void>;
  addFault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  /** The settings, after the patch where one is given. */
  settings(patch?: Partial<SimulatorSettings>): Promise<SimulatorSettings>;
}

export function toSimulatorControl(url: string): SimulatorControl {
  const send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const headers = body === undefined ? undefined : { 'content-type': 'application/json' };
    const response = await fetch(`${url}/_simulator/${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    journal: async () => (await (await send('GET', 'journal')).json()) as JournalReport,
    clearJournal: async () => void (await send('DELETE', 'journal')),
    addFault: async (fault) => void (await send('POST', 'faults', fault)),
    clearFaults: async () => void (await send('DELETE', 'faults')),
    settings: async (patch) => {
      const response = patch === undefined ? await send('GET', 'settings') : await send('PATCH', 'settings', patch);
      return (await response.json()) as SimulatorSettings;
    },
  };
}

export interface TestSimulator extends SimulatorControl {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Small and without latency unless told otherwise. */
export async function startSimulator(options: Partial<SimulatorOptions> = {}): Promise<TestSimulator> {
  const simulator = await createSimulator({ companies: 25, users: 40, latencyMs: 0, seed: 1, ...options });
  return { ...simulator, ...toSimulatorControl(simulator.url) };
}

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, without a type: tests look at what came. Undefined where it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of a foreign API, looked at field by field
  readonly json: any;
}

export interface AskOptions {
  /** Sent as JSON unless it is a string. */
  readonly body?: unknown;
  readonly companyId?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** One call of the simulated API with a token, as Keepnet's clients make it. */
export async function ask(url: string, token: string, call: string, options: AskOptions = {}): Promise<Asked> {
  const [method = 'GET', path = '/'] = call.split(' ');
  const { body, companyId, signal } = options;
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (companyId !== undefined) headers['X-KEEPNET-Company-Id'] = headers['X-IR-COMPANY-ID'] = companyId;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const response = await fetch(url + path, { method, headers: { ...headers, ...options.headers }, body: text, signal });
  const answer = await response.text();
  return { status: response.status, headers: response.headers, text: answer, json: toJson(answer) };
}

/** A bearer token, got the way Keepnet wants it. */
export async function fetchToken(
  url: string,
  credentials: { readonly clientId: string; readonly clientSecret: string } = SIMULATOR_CREDENTIALS,
): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
    scope: 'api1',
  });
  const response = await fetch(`${url}/connect/token`, { method: 'POST', body });
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Resource ids of the credential's companies, in the order of `HEALTH_BY_POSITION`. One call. */
export async function fetchCompanyIds(url: string, token: string): Promise<string[]> {
  const mine = await ask(url, token, 'GET /api/companies/my');
  const flatten = (nodes: { resourceId: string; children: never[] }[]): string[] =>
    nodes.flatMap((node) => [node.resourceId, ...flatten(node.children)]);
  return flatten(mine.json.data);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
