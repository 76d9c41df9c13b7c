/** Streams as their clients read them: line by line while they come, or whole. */
import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

// biome-ignore lint/suspicious/noExplicitAny: lines of many operations, looked at property by property
export type Line = any;

export interface OpenStream {
  readonly status: number;
  readonly headers: Headers;
  /** The next so many, or as many as there are. Throws where the stream ends abnormally. */
  next(count: number): Promise<Line[]>;
  /** All that are left. */
  rest(): Promise<Line[]>;
  leave(): void;
}

export async function openStream(url: string, headers: Record<string, string> = {}): Promise<OpenStream> {
  const client = new AbortController();
  const response = await fetch(url, { headers, signal: client.signal });
  const lines = toLines(response);
  const next = async (count: number) => {
    const found: Line[] = [];
    while (found.length < count) {
      const { done, value } = await lines.next();
      if (done) break;
      found.push(value);
    }
    return found;
  };
  return {
    status: response.status,
    headers: response.headers,
    next,
    rest: () => next(Number.POSITIVE_INFINITY),
    leave: () => client.abort(),
  };
}

/** The whole stream: a line for each company, and the coverage. */
export async function readStream(url: string, headers: Record<string, string> = {}) {
  const stream = await openStream(url, headers);
  const lines = await stream.rest();
  return { ...stream, companies: lines.slice(0, -1), coverage: lines.at(-1)?.coverage };
}

async function* toLines(response: Response): AsyncGenerator<Line, void, undefined> {
  const body = Readable.fromWeb(response.body as ReadableStream);
  // A broken body ends readline without a word.
  let failure: Error | undefined;
  body.on('error', (error) => {
    failure = error;
  });
  for await (const line of createInterface({ input: body })) yield JSON.parse(line);
  if (failure !== undefined) throw failure;
}

export interface StreamEvent {
  readonly event: string;
  readonly data: Line;
}

/** Of a text of server-sent events, those with data. */
export function toEvents(text: string): StreamEvent[] {
  return text.split('\n\n').flatMap((block) => {
    const [, event] = /^event: (.*)$/m.exec(block) ?? [];
    const [, data] = /^data: (.*)$/m.exec(block) ?? [];
    return event === undefined || data === undefined ? [] : [{ event, data: JSON.parse(data) }];
  });
}
