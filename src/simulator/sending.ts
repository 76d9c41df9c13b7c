/**
 * Bytes to the client: whole, drop by drop, cut short, or very many. Everything stops as soon as the client has gone.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, CANARY } from './answer.js';
import type { Fault } from './faults.js';

const MAX_BODY_BYTES = 5_000_000;

/** The request's text; null where it is larger than the simulator takes. */
export function readText(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    request.on('end', () => resolve(length > MAX_BODY_BYTES ? null : Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

/** Resolves after `ms`, or at once when the client goes away; `response.destroyed` tells which. */
export function pause(ms: number, response: ServerResponse): Promise<void> {
  if (ms <= 0 || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      response.off('close', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    response.on('close', end);
  });
}

/** Resolves when the client has gone. */
export function untilGone(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    response.once('close', () => resolve());
  });
}

/** `beforeEnd` runs just before the last byte, so that whoever sees the end also sees its effects. */
export function sendWhole(response: ServerResponse, answer: Answer, beforeEnd: () => void): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
  beforeEnd();
  response.end(bytes);
}

export async function sendSlowly(response: ServerResponse, answer: Answer, fault: Fault, beforeEnd: () => void) {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
  for (const byte of bytes) {
    if (response.destroyed) return;
    response.write(Uint8Array.of(byte));
    await pause(fault.ms ?? 10, response);
  }
  beforeEnd();
  response.end();
}

export function sendTruncated(response: ServerResponse, answer: Answer): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

/** Made chunk by chunk: a gigabyte costs no memory here. */
export async function sendLarge(response: ServerResponse, fault: Fault, beforeEnd: () => void): Promise<void> {
  const { type, head, filling, tail } = fault.kind === 'largeFile' ? LARGE_CSV : LARGE_ENVELOPE;
  let left = Math.max(0, (fault.bytes ?? 20_000_000) - head.length - tail.length);
  response.writeHead(200, { 'content-type': type, 'content-length': head.length + left + tail.length });
  response.write(head);
  const chunk = Buffer.alloc(65_536, filling);
  while (left > 0 && !response.destroyed) {
    const hasRoom = response.write(chunk.subarray(0, Math.min(left, chunk.length)));
    left -= Math.min(left, chunk.length);
    if (!hasRoom) await untilDrained(response);
  }
  beforeEnd();
  response.end(tail);
}

const LARGE_ENVELOPE = {
  type: 'application/json; charset=utf-8',
  head: `{"data":{"padding":"${CANARY}`,
  filling: 'x',
  tail: '"},"status":"SUCCESS","message":null,"validationMessages":null}',
};
const LARGE_CSV = {
  type: 'text/csv; charset=utf-8',
  head: 'First Name,Last Name,Email\r\n',
  filling: 'Deniz,Demir,d@firma.example\r\n',
  tail: '\r\n',
};

function untilDrained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      response.off('drain', end);
      response.off('close', end);
      resolve();
    };
    response.on('drain', end);
    response.on('close', end);
  });
}
