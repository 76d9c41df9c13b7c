/** Whose time it was: what Node does for somebody is charged to him, and waiting to nobody. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { readProfile } from '../../bench/profile.js';

const directory = mkdtempSync(join(tmpdir(), 'profile-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('charges the work of Node to the package that called it, and counts no idle time', () => {
  const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 1 });
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('(root)', ''), children: [2, 5, 6] },
      { id: 2, callFrame: frame('send', 'file:///app/dist/keepnet/transport.js'), children: [3] },
      { id: 3, callFrame: frame('fetch', 'file:///app/node_modules/node-fetch/lib/index.js'), children: [4] },
      { id: 4, callFrame: frame('parse', 'node:url') },
      { id: 5, callFrame: frame('(idle)', '') },
      { id: 6, callFrame: frame('onData', 'node:_http_client') },
    ],
    samples: [2, 3, 4, 5, 6],
    timeDeltas: [1_000, 2_000, 3_000, 50_000, 4_000],
  };
  const file = join(directory, 'one.cpuprofile');
  writeFileSync(file, JSON.stringify(profile));
  const { busyMs, byOwner, charged } = readProfile(file);
  const toMs = (entries: readonly { name: string; ms: number }[]) =>
    Object.fromEntries(entries.map(({ name, ms }) => [name, ms]));
  expect(busyMs).toBe(10);
  expect(toMs(byOwner)).toEqual({
    'src/keepnet/transport.js': 1,
    'node-fetch': 2,
    'node:url': 3,
    'node:_http_client': 4,
  });
  expect(toMs(charged)).toEqual({ 'src/keepnet/transport.js': 1, 'node-fetch': 5, 'node:_http_client': 4 });
});
