import { Writable } from 'node:stream';
import { Output } from './output.js';

const failing = (code: string) =>
  new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });

describe('an output', () => {
  it('whose reader has left is closed, quietly', async () => {
    const output = new Output(failing('EPIPE'));
    await output.write('a');
    await output.write('b');
    expect(output.closed).toBe(true);
  });

  it('that cannot be written for another reason says so', async () => {
    await expect(new Output(failing('ENOSPC')).write('a')).rejects.toThrow('ENOSPC');
  });

  it('waits for a slow reader', async () => {
    let take: (() => void) | undefined;
    const slow = new Writable({
      write: (_chunk, _encoding, done) => {
        take = done;
      },
    });
    let written = false;
    const writing = new Output(slow).write('a').then(() => {
      written = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBe(false);
    take?.();
    await writing;
  });
});
