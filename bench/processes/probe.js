/**
 * Loaded into the server beside its own code (`node --import`): tells its parent what the process has used, and can profile it.
 * Plain JavaScript, so that the server runs without a compiler; it does not keep the process alive.
 */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** @type {Session | undefined} */
let session;

/** @type {Record<string, (message: { file: string }) => unknown>} */
const ORDERS = { usage: readUsage, startProfile, stopProfile };

process.on('message', async (/** @type {{ id: number, order: string, file: string }} */ message) => {
  const result = await ORDERS[message.order]?.(message);
  process.send?.({ id: message.id, result });
});
process.channel?.unref();

/** CPU is user and system time of all threads. */
function readUsage() {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  /** @type {Record<string, number>} */
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  return { cpuMs: (user + system) / 1000, rssBytes: rss, heapBytes: heapUsed, externalBytes: external, resources };
}

async function startProfile() {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
}

/** @param {{ file: string }} message */
async function stopProfile({ file }) {
  const stopped = await session?.post('Profiler.stop');
  session?.disconnect();
  writeFileSync(file, JSON.stringify(stopped?.profile));
}
