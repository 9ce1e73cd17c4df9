import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { performAction } from '@do-sdk/actions';
import { crashLab } from '@do-sdk/actions/testing';
import reserveSeat from './reserve-seat.js';

const folder = await mkdtemp(join(tmpdir(), 'reserve-seat-'));
process.env.DO_DATA_DIR = folder;
after(() => rm(folder, { recursive: true }));

const reservations = async () => (await readdir(join(folder, 'reservations')).catch(() => [])).length;

test('a guest gets a seat', async () => {
  const told = await performAction(
    reserveSeat,
    { seat: '7', guest: 'ada' },
    { idempotencyKey: '0123456789' },
  );
  assert.equal(told.ok && told.result.reservation, '7-01234567');
});

test('seat 13 is refused, and nothing is reserved', async () => {
  const before = await reservations();
  const told = await performAction(reserveSeat, { seat: '13', guest: 'ada' }, { idempotencyKey: 'k' });
  assert.equal(!told.ok && told.error.cause?.code, 'NO_SUCH_SEAT');
  assert.equal(await reservations(), before);
});

// Lives through the action once for each thing that can go wrong in it: that is what `effects` promises.
test('one reservation a call, whatever goes wrong', async () => {
  const report = await crashLab(reserveSeat, {
    params: (life) => ({ seat: '7', guest: `guest ${life}` }),
    countEffects: reservations,
  });
  report.assertKept();
});
