/** Archives as streams, read back by another library. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { strFromU8, unzipSync } from 'fflate';
import { streamZip, type ZipPart } from '../../../src/tables/writers/zip-parts.js';
import { each, readBytes, toSha256 } from './tables.js';

function toPart(name: string, ...chunks: readonly string[]): ZipPart {
  return { name, body: each(...chunks.map((chunk) => Buffer.from(chunk))) };
}

function readTexts(bytes: Uint8Array): Record<string, string> {
  return Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, body]) => [name, strFromU8(body)]));
}

describe('a zip archive', () => {
  it('holds its parts in their order, names of every language, and empty parts', async () => {
    const bytes = await readBytes(
      streamZip(each(toPart('Şişecam.csv', 'a', 'b'), toPart('x/y.csv'), toPart('z', 'c'))),
    );
    const texts = readTexts(bytes);
    expect(texts).toEqual({ 'Şişecam.csv': 'ab', 'x/y.csv': '', z: 'c' });
    expect(Object.keys(texts)).toEqual(['Şişecam.csv', 'x/y.csv', 'z']);
  });

  it('is an archive without parts as well', async () => {
    expect(readTexts(await readBytes(streamZip(each())))).toEqual({});
  });

  it('is the same bytes on every day, in every time zone, and however its parts are cut', async () => {
    const script = `
      import { createHash } from 'node:crypto';
      import { streamZip } from './src/tables/writers/zip-parts.ts';
      const hash = createHash('sha256');
      async function* body() { yield Buffer.from('abc'.repeat(100_000)); }
      async function* parts() { yield { name: 'a.csv', body: body() }; }
      for await (const chunk of streamZip(parts())) hash.update(chunk);
      process.stdout.write(hash.digest('hex'));`;
    const run = (zone: string) =>
      execFileSync(
        process.execPath,
        ['--import', '@swc-node/register/esm-register', '--input-type=module', '--eval', script],
        { env: { ...process.env, TZ: zone, NODE_OPTIONS: '' }, encoding: 'utf8' },
      );
    const here = toSha256(
      await readBytes(streamZip(each(toPart('a.csv', ...Array.from({ length: 1_000 }, () => 'abc'.repeat(100)))))),
    );
    expect(run('Asia/Kathmandu')).toBe(here);
  });

  it('begins a part when the one before has been read to its end', async () => {
    const told: string[] = [];
    async function* body(name: string): AsyncGenerator<Uint8Array> {
      told.push(`${name} begins`);
      for (let chunk = 0; chunk < 20; chunk += 1) yield Buffer.alloc(64 * 1024, name);
      told.push(`${name} ends`);
    }
    const bytes = await readBytes(streamZip(each({ name: 'a', body: body('a') }, { name: 'b', body: body('b') })));
    expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(unzipSync(bytes).b?.byteLength).toBe(20 * 64 * 1024);
  });

  it('waits for its reader', async () => {
    let chunks = 0;
    async function* body(): AsyncGenerator<Uint8Array> {
      for (; chunks < 1_000; chunks += 1) yield Buffer.from(crypto.getRandomValues(new Uint8Array(64 * 1024)));
    }
    const reader = streamZip(each({ name: 'a', body: body() }))[Symbol.asyncIterator]();
    await reader.next();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(chunks).toBeLessThan(50);
    await reader.return?.(undefined);
  });

  it('ends with the error of a part, in its middle too', async () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('the page did not come');
    }
    const parts = each(toPart('a', 'whole'), { name: 'b', body: body() }, toPart('c', 'never'));
    await expect(readBytes(streamZip(parts))).rejects.toThrow('the page did not come');
  });

  it('ends with the error of whoever names the parts', async () => {
    async function* parts(): AsyncGenerator<ZipPart> {
      yield toPart('a', 'whole');
      throw new Error('no more names');
    }
    await expect(readBytes(streamZip(parts()))).rejects.toThrow('no more names');
    await expect(readBytes(streamZip(each(toPart('../a', 'x'))))).rejects.toThrow('invalid relative path');
  });

  it('ends what is under way when its reader leaves', async () => {
    const told: string[] = [];
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from(crypto.getRandomValues(new Uint8Array(64 * 1024)));
      } finally {
        told.push('body ended');
      }
    }
    async function* parts(): AsyncGenerator<ZipPart> {
      try {
        yield { name: 'a', body: body() };
      } finally {
        told.push('parts ended');
      }
    }
    for await (const chunk of streamZip(parts())) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      if (told.length === 0) break;
    }
    expect(told).toEqual(['body ended', 'parts ended']);
  });
});
