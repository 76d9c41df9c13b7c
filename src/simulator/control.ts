/**
 * The routes that only the simulator has: journal, faults, settings, choices. No authentication; the simulator listens on
 * loopback and knows nothing real.
 */
import { type Answer, toEmpty, toJson } from './answer.js';
import { CHOICES } from './choices.js';
import { FAULT_KINDS, type Faults } from './faults.js';
import type { Journal } from './journal.js';
import { applySettings, type SimulatorSettings } from './settings.js';

export interface Controls {
  readonly journal: Journal;
  readonly faults: Faults;
  readonly settings: SimulatorSettings;
}

/** Answers `/_simulator/*`; `json` is the parsed body of the request. */
export function answerControl(controls: Controls, method: string, path: string, json: unknown): Answer {
  const run = ROUTES[`${method} ${path.slice('/_simulator/'.length)}`];
  if (run === undefined) return toEmpty(404);
  try {
    return run(controls, json);
  } catch (error) {
    if (error instanceof TypeError) return toJson(400, { error: error.message });
    throw error;
  }
}

const ROUTES: Readonly<Record<string, (controls: Controls, json: unknown) => Answer>> = {
  'GET journal': ({ journal }) => toJson(200, journal.report()),
  'DELETE journal': ({ journal }) => {
    journal.clear();
    return toEmpty(204);
  },
  'GET faults': ({ faults }) => toJson(200, { faults: faults.list(), kinds: FAULT_KINDS }),
  'POST faults': ({ faults }, json) => {
    faults.add(json);
    return toEmpty(204);
  },
  'DELETE faults': ({ faults }) => {
    faults.clear();
    return toEmpty(204);
  },
  'GET settings': ({ settings }) => toJson(200, settings),
  'PATCH settings': ({ settings }, json) => {
    applySettings(settings, json as Record<string, unknown>);
    return toJson(200, settings);
  },
  'GET choices': () => toJson(200, { choices: CHOICES }),
};
