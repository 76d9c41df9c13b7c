/**
 * A process of the benchmark's own that takes orders: each order is a message with an id, and is answered by one message with
 * the same id. A child that ends before it was told to fails whoever waits for it.
 */
import type { ChildProcess } from 'node:child_process';

export interface Child {
  /** The first message without an id, which a child sends when it is ready. */
  readonly ready: Promise<unknown>;
  /** @throws where the child says that it failed, or ends. */
  order(order: Readonly<Record<string, unknown>> & { readonly order: string }): Promise<unknown>;
  /** Ends at once. */
  stop(): Promise<void>;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const READY = 0;

export function toChild(process: ChildProcess, name: string): Child {
  const waiting = new Map<number, Waiting>();
  let lastId = READY;
  const wait = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    });
  const ready = wait(READY);
  // Whoever never asks whether it is ready learns of its end from the first order.
  ready.catch(() => undefined);
  process.on('message', (message: { id?: number; result?: unknown; error?: string }) => {
    const id = message.id ?? READY;
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (message.error !== undefined) waiter?.reject(new Error(`${name}: ${message.error}`));
    else waiter?.resolve(id === READY ? message : message.result);
  });
  const gone = new Promise<void>((resolve) => {
    process.once('exit', (code) => {
      for (const { reject } of waiting.values()) reject(new Error(`${name} ended, exit code ${code}`));
      waiting.clear();
      resolve();
    });
  });
  return {
    ready,
    order(order) {
      if (process.exitCode !== null) return Promise.reject(new Error(`${name} has ended`));
      lastId += 1;
      const answered = wait(lastId);
      process.send?.({ ...order, id: lastId });
      return answered;
    },
    async stop() {
      if (process.exitCode === null) process.kill('SIGKILL');
      await gone;
    },
  };
}
