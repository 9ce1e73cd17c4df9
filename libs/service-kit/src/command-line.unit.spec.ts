import { applyFlags } from './command-line.js';

describe('flags of npm start', () => {
  it('lie over the environment', () => {
    expect(
      applyFlags(['--port', '9000', '--actions', './a.ts'], { DO_HTTP_PORT: '1', DO_TENANT: 't' }),
    ).toEqual({
      DO_HTTP_PORT: '9000',
      DO_ACTIONS: './a.ts',
      DO_TENANT: 't',
    });
  });

  it('may name several modules of actions', () => {
    expect(applyFlags(['--actions', './a.ts', '--actions=./b.js'], {})).toEqual({
      DO_ACTIONS: './a.ts,./b.js',
    });
  });

  it('are refused by name where there is no such flag', () => {
    expect(() => applyFlags(['--prot', '9000'], {})).toThrow(/--prot/);
  });
});
