/** What a job's files are, in each layout and format, whole and with gaps; read by other readers than ours. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { strFromU8, unzipSync } from 'fflate';
import readXlsxFile from 'read-excel-file/node';
import { AppError } from '../../src/errors.js';
import type { KeepnetFile } from '../../src/exports/exports.js';
import { describeOnBothDatabases, type TestPlace } from '../support/databases.js';
import { CALLER, type ExportHouse, openExportHouse, toTargets } from '../support/export-house.js';
import { until } from '../support/until.js';

describeOnBothDatabases('files of export jobs', (makePlace) => {
  let place: TestPlace;
  let house: ExportHouse;
  beforeEach(async () => {
    place = await makePlace();
    house = await openExportHouse(place);
  });
  afterEach(async () => {
    await house.stop();
    await place.remove();
  });
  const refuse = (companyId: string) => house.sources.failures.set(companyId, new AppError('FORBIDDEN', 'No.'));

  it('are an archive with a file for each company and a manifest that measures them', async () => {
    refuse('company1');
    const [first, second, third] = toTargets(3);
    const targets = [first, second, { ...third, companyName: first?.companyName }] as ReturnType<typeof toTargets>;
    const job = await house.enqueue(targets, { layout: 'ONE_FILE_PER_COMPANY' });
    const entries = unzipSync(await house.read(job.id));
    expect(Object.keys(entries)).toEqual(['Company 0.csv', 'Company 0 (2).csv', 'manifest.json']);
    const manifest = JSON.parse(strFromU8(entries['manifest.json'] as Uint8Array));
    expect(manifest).toMatchObject({ job: job.id, kind: 'LEADERBOARD', format: 'CSV', complete: false });
    expect(manifest.createdAt).toBe(new Date(job.createdAtMs).toISOString());
    expect(manifest.companies).toEqual([
      toManifestCompany('company0', 'Company 0.csv', entries),
      {
        id: 'company1',
        name: 'Company 1',
        state: 'FAILED',
        code: 'FORBIDDEN',
        file: null,
        rows: null,
        bytes: null,
        sha256: null,
      },
      toManifestCompany('company2', 'Company 0 (2).csv', entries),
    ]);
  });

  it('are an archive with nothing but the manifest where there are no companies', async () => {
    const job = await house.enqueue([], { layout: 'ONE_FILE_PER_COMPANY' });
    const entries = unzipSync(await house.read(job.id));
    expect(Object.keys(entries)).toEqual(['manifest.json']);
    expect(JSON.parse(strFromU8(entries['manifest.json'] as Uint8Array))).toMatchObject({
      complete: true,
      companies: [],
    });
  });

  it('are a workbook with a sheet for each company, and one that names the gaps', async () => {
    refuse('company1');
    const job = await house.enqueue(toTargets(3), { format: 'XLSX', layout: 'ONE_SHEET_PER_COMPANY' });
    const sheets = await readXlsxFile(await house.read(job.id));
    expect(sheets.map(({ sheet }) => sheet)).toEqual(['Company 0', 'Company 2', 'Coverage']);
    expect(sheets[1]?.data[1]).toEqual(['company2', 'Company 2', 'user 0', 0]);
    expect(sheets[2]?.data).toEqual([
      ['company_id', 'company_name', 'state', 'code', 'message'],
      ['company1', 'Company 1', 'FAILED', 'FORBIDDEN', 'No.'],
    ]);
  });

  it('have no sheet of gaps where nothing is missing', async () => {
    const combined = await house.enqueue(toTargets(2), { format: 'XLSX' });
    const sheets = await readXlsxFile(await house.read(combined.id));
    expect(sheets.map(({ sheet, data }) => [sheet, data.length])).toEqual([['leaderboard', 11]]);
    const empty = await house.enqueue([], { format: 'XLSX', layout: 'ONE_SHEET_PER_COMPANY' });
    expect((await readXlsxFile(await house.read(empty.id)))[0]?.data).toEqual([
      ['company_id', 'company_name', 'user', 'points'],
    ]);
  });

  it('are lines of JSON', async () => {
    const job = await house.enqueue(toTargets(2), { format: 'NDJSON' });
    const lines = (await house.read(job.id)).toString().trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(JSON.parse(lines[5] ?? '')).toEqual({
      company_id: 'company1',
      company_name: 'Company 1',
      user: 'user 0',
      points: 0,
    });
  });

  it("are Keepnet's own, as it came, under a name that says so", async () => {
    house.sources.file = async () => toKeepnetFile('csv', 'a;b\r\n=1+1;2\r\n', 1);
    const job = await house.enqueue(toTargets(1), { source: 'KEEPNET_FILE' });
    expect((await house.read(job.id)).toString()).toBe('a;b\r\n=1+1;2\r\n');
    const { files } = await house.finished(job.id);
    expect(files[0]).toMatchObject({ rows: 1, mediaType: 'text/csv; charset=utf-8' });
    expect(files[0]?.name).toMatch(/^leaderboard-Company 0-\d{4}-\d\d-\d\d-keepnet-original\.csv$/);
  });

  it('are a header of ours where Keepnet makes no file, and nothing where it would be a PDF', async () => {
    house.sources.file = async () => null;
    const csv = await house.enqueue(toTargets(1), { source: 'KEEPNET_FILE', bom: true });
    expect((await house.read(csv.id)).toString()).toBe('\uFEFFcompany_id,company_name,user,points\r\n');
    const pdf = await house.enqueue(toTargets(1), { source: 'KEEPNET_FILE', format: 'PDF' });
    expect(await house.finished(pdf.id)).toMatchObject({ state: 'SUCCEEDED', files: [], rows: 0 });
    const archive = await house.enqueue(toTargets(2), {
      source: 'KEEPNET_FILE',
      format: 'PDF',
      layout: 'ONE_FILE_PER_COMPANY',
    });
    const manifest = JSON.parse(strFromU8(unzipSync(await house.read(archive.id))['manifest.json'] as Uint8Array));
    expect(manifest.companies[0]).toMatchObject({ state: 'SUCCEEDED', rows: 0, file: null });
  });

  it('are never of another kind than was asked for', async () => {
    let isLetGo = false;
    house.sources.file = async () => toKeepnetFile('pdf', '%PDF', 1, () => (isLetGo = true));
    const job = await house.enqueue(toTargets(1), { source: 'KEEPNET_FILE' });
    expect(await house.finished(job.id)).toMatchObject({ state: 'FAILED', code: 'UPSTREAM_BAD_RESPONSE' });
    expect(isLetGo).toBe(true);
  });

  it('leave nothing beside them once nothing can be missing any more', async () => {
    refuse('company1');
    const job = await house.enqueue(toTargets(3));
    await house.finished(job.id);
    const folder = join(place.dataDirectory, 'exports', job.id);
    expect(await readdir(join(folder, 'parts'))).toHaveLength(2);
    house.sources.failures.clear();
    await house.exports.retry(CALLER, job.id);
    const { files } = await house.finished(job.id);
    await until(async () => (await readdir(folder)).length === 1, 'what the parts kept is removed');
    expect(await readdir(folder)).toEqual([files[0]?.name]);
  });
});

function toManifestCompany(id: string, file: string, entries: Record<string, Uint8Array>) {
  const content = entries[file] as Uint8Array;
  return {
    id,
    name: 'Company 0',
    state: 'SUCCEEDED',
    code: null,
    file,
    rows: 5,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  };
}

function toKeepnetFile(extension: KeepnetFile['extension'], text: string, rows: number, end = () => {}): KeepnetFile {
  async function* toBody() {
    try {
      yield Buffer.from(text);
    } finally {
      end();
    }
  }
  return { mediaType: 'text/csv', extension, rows, body: toBody() };
}
