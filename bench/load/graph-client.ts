/**
 * Asks the server as a client would: GraphQL over keep-alive sockets. An answer is checked for errors as text, because the load
 * shares its processor with what it measures; who wants to look into an answer parses it.
 * A server closes sockets that were idle for long, and a question may be on its way to it just then. No client can prevent that,
 * so each asks once more, on another socket; here it is counted.
 */
import { Agent, request } from 'node:http';

export interface GraphAnswer {
  readonly status: number;
  readonly text: string;
  readonly durationMs: number;
}

export interface GraphQuestion {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface GraphClient {
  /** Whatever the answer is. @throws where there is none. */
  ask(question: GraphQuestion): Promise<GraphAnswer>;
  /** @throws where the answer is not a whole one: then there is nothing to measure. */
  askWhole(question: GraphQuestion): Promise<GraphAnswer>;
  /** How many questions were sent a second time, because the kept socket under them was closed. */
  sentAgain(): number;
  close(): void;
}

/** `apiKey` is sent with every question; null where the server asks for none. */
export function createGraphClient(url: string, apiKey: string | null = null): GraphClient {
  const agent = new Agent({ keepAlive: true });
  const credential: Record<string, string> = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  let sentAgain = 0;
  const ask = async (question: GraphQuestion) => {
    const body = JSON.stringify(question);
    try {
      return await post(`${url}/graphql`, body, { agent, credential });
    } catch (error) {
      if (!(error instanceof StaleSocket)) throw error;
      sentAgain += 1;
      return post(`${url}/graphql`, body, { agent: NEW_SOCKETS, credential });
    }
  };
  return {
    ask,
    async askWhole(question) {
      const answer = await ask(question);
      const isWhole = answer.status === 200 && !answer.text.includes('"errors":');
      if (!isWhole) throw new Error(`an answer with errors, status ${answer.status}: ${answer.text.slice(0, 500)}`);
      return answer;
    },
    sentAgain: () => sentAgain,
    close: () => agent.destroy(),
  };
}

const NEW_SOCKETS = new Agent({ keepAlive: false });

/** A socket that had carried answers before was closed or reset, and no answer had begun. */
class StaleSocket extends Error {}

/** Asks in a loop for `forMs` with so many clients at once, each its own question. Whole answers per second. */
export async function loopClients(
  { askWhole }: GraphClient,
  { questions, forMs }: { readonly questions: readonly GraphQuestion[]; readonly forMs: number },
): Promise<number> {
  const startedAtMs = performance.now();
  let done = 0;
  const client = async (question: GraphQuestion) => {
    while (performance.now() - startedAtMs < forMs) {
      await askWhole(question);
      done += 1;
    }
  };
  await Promise.all(questions.map(client));
  return (done * 1000) / (performance.now() - startedAtMs);
}

interface Sending {
  readonly agent: Agent;
  readonly credential: Readonly<Record<string, string>>;
}

function post(url: string, body: string, { agent, credential }: Sending): Promise<GraphAnswer> {
  const startedAtMs = performance.now();
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...credential };
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, text, durationMs: performance.now() - startedAtMs });
      });
    });
    let isAnswered = false;
    call.once('response', () => {
      isAnswered = true;
    });
    call.on('error', (error) => {
      reject(call.reusedSocket && !isAnswered ? new StaleSocket(error.message, { cause: error }) : error);
    });
    call.end(body);
  });
}
