/**
 * The Keepnet client. A question goes one way: kept answer, answer under way, then turn, token, request, repetition, envelope,
 * decoding; whatever fails on it leaves as an `AppError` that names the call and the company. Sessions and the directory sit
 * on top.
 */
import type { Log } from '../telemetry.js';
import type { Metrics } from '../telemetry-metrics.js';
import { NO_SPAN, type Span } from '../telemetry-tracing.js';
import { createAnswerSource } from './answers.js';
import type { AnswerCache } from './cache.js';
import { createCircuit } from './circuit.js';
import { createDateReader, type DateFormat } from './dates.js';
import { createDirectorySource } from './directory.js';
import { createFileSource, DOWNLOAD_LIMITS, type DownloadLimits } from './download.js';
import { searchCompanies } from './endpoints/companies.js';
import { createLearnedAccess } from './learned-access.js';
import { createLedger } from './ledger.js';
import { toMaskedSession } from './masked-session.js';
import { openSession } from './open-session.js';
import { createPace, type Pace } from './pace.js';
import type { PersonalMask } from './personal-mask.js';
import { type Reach, watchReach } from './reach.js';
import { createRetryBudget } from './retry.js';
import type { CompanySearch } from './rows.js';
import { type CompanyTest, toScopedSession } from './scoped-session.js';
import type { CredentialInfo, KeepnetSession } from './session.js';
import { createTokenSource } from './token.js';
import { createTransport, type TransportKind } from './transport.js';
import type { Lane } from './turns.js';

export interface KeepnetClientConfig {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly transport: TransportKind;
  /** IANA zone that Keepnet's dates are written in. */
  readonly timeZone: string;
  readonly dateFormat: DateFormat;
  /** The most calls in flight at once; how many there are is learned below it. */
  readonly maxInFlight: number;
  /** A rate to keep from the first call; null to learn one where Keepnet refuses calls. */
  readonly callsPerSecond: number | null;
  /** For one call, headers and body; waiting for a turn does not count. */
  readonly callTimeoutMs: number;
  /** How long answers and the directory of companies are kept; 0 for not at all. */
  readonly cacheTtlMs: number;
}

export interface SessionOptions {
  /** Ends the session's calls, with its reason where that is an AppError. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** Epoch milliseconds at which `signal` will fire at the latest: a wait beyond it is not begun. */
  readonly deadlineAtMs: number;
  readonly lane: Lane;
  /** How many Keepnet calls the operation may need. */
  readonly maxCalls: number;
  /** Ask Keepnet even where an answer is kept. */
  readonly isFresh: boolean;
  /**
   * False: takes no kept answer and keeps none, so that a walk through all pages does not push out what people ask for. The
   * directory is used as it is kept. True unless told.
   */
  readonly usesCache?: boolean;
  /** Of the operation; none unless told. */
  readonly span?: Span;
  /** Which companies the caller sees; null where he sees all that the credential sees. */
  readonly sees: CompanyTest | null;
  /** What stands in place of personal data; null where the caller may see it. */
  readonly mask: PersonalMask | null;
}

export interface KeepnetClient {
  /** For one operation. */
  openSession(options: SessionOptions): KeepnetSession;
  /** Asks for a token and nothing else. @throws AppError, UPSTREAM_UNAUTHENTICATED for a wrong credential */
  checkCredential(signal: AbortSignal): Promise<CredentialInfo>;
  /** Whether the last exchange with Keepnet's host brought an answer. */
  readonly reach: Reach;
  /** How the pace stands, for whoever watches. */
  readonly paceState: Pace['state'];
  /** Endpoints that are not called for the moment, because they failed. */
  readonly openCircuits: readonly string[];
  /** Ends what is under way and closes every socket. The client cannot be used again. */
  stop(): void;
}

interface ClientParts {
  readonly log: Log;
  readonly cache: AnswerCache;
  readonly metrics?: Metrics;
  readonly downloadLimits?: DownloadLimits;
}

/** How many questions may wait for their turn before further ones are refused. */
const MAX_WAITING = 20_000;

export function createKeepnetClient(config: KeepnetClientConfig, parts: ClientParts): KeepnetClient {
  const { attempts, answers, ...shared } = createEngine(config, parts);
  const { transport, token, pace, circuit } = attempts;
  return {
    openSession({ maxCalls, sees, mask, ...options }) {
      const asker = { ledger: createLedger(maxCalls, parts.metrics), span: NO_SPAN, ...options };
      const whole = openSession({ asker, call: answers.callFor(asker), token, ...shared });
      const searchAnew = (search: CompanySearch) =>
        answers.callFor({ ...asker, isFresh: true })(searchCompanies, search);
      const scoped = sees === null ? whole : toScopedSession(whole, { sees, searchAnew });
      return mask === null ? scoped : toMaskedSession(scoped, mask);
    },
    checkCredential: async (signal) => (await token.current(signal)).credential,
    get reach() {
      return transport.reach;
    },
    get openCircuits() {
      return circuit.open();
    },
    get paceState() {
      return pace.state;
    },
    stop() {
      pace.stop();
      transport.stop();
    },
  };
}

/** What all sessions of a client share. */
function createEngine(config: KeepnetClientConfig, { log, cache, downloadLimits = DOWNLOAD_LIMITS }: ClientParts) {
  const { clientId, clientSecret, callTimeoutMs: timeoutMs, maxInFlight, callsPerSecond, baseUrl } = config;
  // One more than the calls: asking for a token must not wait for a call to end.
  const transport = watchReach(createTransport({ kind: config.transport, baseUrl, maxSockets: maxInFlight + 1 }));
  const token = createTokenSource({ transport, clientId, clientSecret, timeoutMs });
  const pace = createPace({ maxInFlight, callsPerSecond, maxWaiting: MAX_WAITING });
  const learned = createLearnedAccess();
  const attempts = { transport, token, pace, circuit: createCircuit(), retryBudget: createRetryBudget() };
  const answers = createAnswerSource(config, { attempts, cache, learned, dates: createDateReader(config), log });
  const files = createFileSource({ attempts, callFor: answers.callFor, learned, log, limits: downloadLimits });
  const directory = createDirectorySource({
    callFor: answers.callFor,
    keptMs: config.cacheTtlMs,
    onShort: (counts) => log.warn(counts, 'the directory holds fewer companies than Keepnet counts'),
  });
  return { attempts, answers, directory, files, learned };
}
