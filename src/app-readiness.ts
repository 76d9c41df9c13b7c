/**
 * What `/readyz` tells: whether Keepnet takes the credential, whether the store can be asked, whether the server is about to go.
 * The credential is checked in the background, the store when somebody asks, and at most once a second.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from './errors.js';
import type { CredentialState, Readiness } from './http/health.js';
import type { KeepnetClient } from './keepnet/client.js';
import type { Database } from './store/database.js';
import type { Log } from './telemetry.js';

export interface ReadinessWatch {
  /** Begins to check the credential: until the first check is over, the server is not ready. */
  start(): void;
  /** Resolves within `STORE_CHECK_MS`. */
  read(): Promise<Readiness>;
  stop(): void;
}

export interface WatchedParts {
  readonly upstream: 'KEEPNET' | 'SIMULATOR';
  readonly keepnet: Pick<KeepnetClient, 'checkCredential' | 'reach'>;
  readonly database: Pick<Database, 'query'>;
  /** Fires when the server is about to stop. */
  readonly retiring: AbortSignal;
  readonly log: Log;
}

export function watchReadiness({ upstream, keepnet, database, retiring, log }: WatchedParts): ReadinessWatch {
  const credential = watchCredential(keepnet, log);
  const store = watchStore(database);
  return {
    start: credential.start,
    async read() {
      const storeState = await store.state();
      const notReady: Readiness['notReady'][number][] = [];
      if (retiring.aborted) notReady.push('stopping');
      if (!credential.isChecked()) notReady.push('starting');
      if (credential.state() === 'refused') notReady.push('credential');
      if (storeState === 'unavailable') notReady.push('store');
      return {
        ready: notReady.length === 0,
        notReady,
        upstream: upstream === 'KEEPNET' ? 'keepnet' : 'simulator',
        credential: credential.state(),
        store: storeState,
        keepnet: keepnet.reach,
      };
    },
    stop: credential.stop,
  };
}

const CREDENTIAL_CHECK_EVERY_MS = 60_000;
/** Whoever asks for readiness waits for a few seconds himself. */
const STORE_CHECK_MS = 2_000;
const STORE_STATE_KEPT_MS = 1_000;

/** Many who ask at once share one question. */
function watchStore(database: WatchedParts['database']) {
  let asked: { readonly atMs: number; readonly state: Promise<Readiness['store']> } | undefined;
  const ask = async (): Promise<Readiness['store']> => {
    const late = new AbortController();
    const tooLate = sleep(STORE_CHECK_MS, 'unavailable' as const, { signal: late.signal }).catch(
      () => 'unavailable' as const,
    );
    const answered = database.query('SELECT 1 AS alive').then(
      () => 'available' as const,
      () => 'unavailable' as const,
    );
    return Promise.race([answered, tooLate]).finally(() => late.abort());
  };
  return {
    state() {
      const nowMs = performance.now();
      if (asked === undefined || nowMs - asked.atMs > STORE_STATE_KEPT_MS) asked = { atMs: nowMs, state: ask() };
      return asked.state;
    },
  };
}

/**
 * Asks now and then whether Keepnet still takes the credential: a token that is still good answers without a call. What is
 * wrong is told in one line when it begins, and never stops the server.
 */
function watchCredential(keepnet: WatchedParts['keepnet'], log: Log) {
  const abort = new AbortController();
  let state: CredentialState = 'unknown';
  let isChecked = false;
  let told = '';
  const check = async () => {
    const found = await checkCredential(keepnet, abort.signal);
    if (abort.signal.aborted) return;
    isChecked = true;
    // That Keepnet could not be asked says nothing about the credential.
    if (found.state !== 'unknown') state = found.state;
    if (found.problem !== told && found.problem !== '') log.warn({ credential: found.state }, found.problem);
    told = found.problem;
  };
  const watch = async () => {
    while (!abort.signal.aborted) {
      await check();
      await sleep(CREDENTIAL_CHECK_EVERY_MS, undefined, { signal: abort.signal, ref: false }).catch(() => undefined);
    }
  };
  return {
    state: () => state,
    isChecked: () => isChecked,
    start: () => void watch(),
    stop: () => abort.abort(),
  };
}

interface CredentialCheck {
  readonly state: CredentialState;
  /** A sentence for the operator; empty where all is well. */
  readonly problem: string;
}

async function checkCredential(keepnet: WatchedParts['keepnet'], signal: AbortSignal): Promise<CredentialCheck> {
  try {
    const { role } = await keepnet.checkCredential(signal);
    if (role === null || role === 'Reseller') return { state: 'accepted', problem: '' };
    const problem = `The Keepnet credential has the role ${role}: only Reseller may list customer companies. Create a REST API client whose Client Role is Reseller.`;
    return { state: 'not-reseller', problem };
  } catch (error) {
    const problem = error instanceof AppError ? error.message : 'The Keepnet credential could not be checked.';
    const isRefused = error instanceof AppError && error.code === 'UPSTREAM_UNAUTHENTICATED';
    return { state: isRefused ? 'refused' : 'unknown', problem };
  }
}
