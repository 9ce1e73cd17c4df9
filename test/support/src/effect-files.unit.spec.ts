import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@action-do/local-servers';
import { type Effect, EffectFiles } from './effect-files.js';

const folder = temporaryFolder('action-do-effect-files');
afterAll(() => folder.remove());

const effect = (effectKey: string, nonce: string): Effect => ({
  effectKey,
  nonce,
  attempt: 1,
  pid: 1,
  atMs: 1,
});
const effectsUnder = (files: EffectFiles, key: string): string[] =>
  files.readEffects().flatMap(({ effectKey, nonce }) => (effectKey === key ? [nonce] : []));

describe('a world outside the platform', () => {
  it('does once what comes with the same key, and gives the first to all', () => {
    const files = new EffectFiles(folder.path);
    expect(files.addOnce(effect('once', 'a')).nonce).toBe('a');
    expect(files.addOnce(effect('once', 'b')).nonce).toBe('a');
    expect(effectsUnder(files, 'once')).toEqual(['a']);
  });

  it('does again what it is told to add', () => {
    const files = new EffectFiles(folder.path);
    files.add(effect('twice', 'a'));
    files.add(effect('twice', 'b'));
    expect(effectsUnder(files, 'twice')).toEqual(['a', 'b']);
    expect(files.first('twice')?.nonce).toBe('a');
    expect(files.first('never')).toBeNull();
  });

  it('has not done what a process was killed at', () => {
    const files = new EffectFiles(folder.path);
    writeFileSync(join(folder.path, 'by-key', 'cut.1.a'), JSON.stringify(effect('cut', 'a')));
    writeFileSync(join(folder.path, 'by-key', 'empty'), '');
    expect(effectsUnder(files, 'cut')).toEqual([]);
    expect(files.first('empty')).toBeNull();
  });

  it('remembers calls, what was given, and what probes said', () => {
    const files = new EffectFiles(folder.path);
    expect([files.readCalls(), files.readGiven(), files.readProbes()]).toEqual([[], [], []]);
    const call = { action: 'a', work: 'w', executionId: 'e', effectKey: 'k', attempt: 1, pid: 1, atMs: 1 };
    const given = { executionId: 'e', attempt: 1, pid: 1, result: '{}' };
    const probed = { effectKey: 'k', wasFound: false, atMs: 2 };
    files.recordCall(call);
    files.recordGiven(given);
    files.recordProbe(probed);
    expect([files.readCalls(), files.readGiven(), files.readProbes()]).toEqual([[call], [given], [probed]]);
  });
});
