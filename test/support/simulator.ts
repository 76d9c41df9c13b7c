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
