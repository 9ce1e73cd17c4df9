import { readArguments } from './arguments.js';

const told = (argv: string[], env: Record<string, string> = {}) => readArguments(argv, env, '/here');

describe('the arguments of ado log restored', () => {
  it('are the log and why it was put back; the address may come from where the platform has it', () => {
    expect(told(['restored', '--log', 'embedded:log', '--reason', 'fire', '-o', 'json'])).toEqual({
      command: 'restored',
      log: { kind: 'store', url: 'embedded:/here/log' },
      reason: 'fire',
      again: false,
      output: 'json',
    });
    const env = { DO_EVENT_STORE: 'esdb://admin:canary@db:2113' };
    expect(told(['restored', '--again'], env)).toMatchObject({
      log: { url: env.DO_EVENT_STORE },
      reason: undefined,
      again: true,
    });
  });

  it.each([
    ['there is no log', ['restored'], {}, /--log is missing/],
    [
      'the log is whichever the platform has',
      ['restored'],
      { DO_EVENT_STORE: 'embedded:' },
      /--log is missing/,
    ],
    ['the log is a file', ['restored', '--log', 'x.ndjson'], {}, /--log is a store/],
    ['a password would be seen', ['restored', '--log', 'esdb://a:b@c:1'], {}, /set DO_EVENT_STORE instead/],
    ['the reason is empty', ['restored', '--log', 'embedded:l', '--reason', ' '], {}, /1 to 500/],
    ['the reason is long', ['restored', '--log', 'embedded:l', '--reason', 'x'.repeat(501)], {}, /1 to 500/],
    ['an option is of a copy', ['restored', '--log', 'embedded:l', '--to', 'x'], {}, /takes no --to/],
    ['a copy is given an option of it', ['import', '--from', 'x', '--again'], {}, /import takes no --again/],
  ])('are refused where %s', (_why, argv, env, sentence) => {
    expect(() => told(argv, env)).toThrow(sentence);
  });
});
