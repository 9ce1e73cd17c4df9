import { explainStartError } from './explain-start-error.js';

const listening = {
  host: 'DO_HEALTH_HOST',
  port: 'DO_HEALTH_PORT',
  example: (port: number) => `DO_HEALTH_PORT=${port}`,
  portDefault: 8_421,
};
const listen = (code: string) => Object.assign(new Error(`listen ${code}`), { code, syscall: 'listen' });

describe('why a start failed', () => {
  it.each([
    ['EADDRINUSE', 'DO_HEALTH_PORT: the port is in use. Example: DO_HEALTH_PORT=8422 (listen EADDRINUSE)'],
    ['EACCES', /^DO_HEALTH_PORT: this user may not listen on the port/],
    ['EADDRNOTAVAIL', /^DO_HEALTH_HOST: this machine does not have the address/],
    ['ENOTFOUND', /^DO_HEALTH_HOST: the name is not known/],
  ])('names the variable of where it listens: %s', (code, line) => {
    expect(explainStartError(listen(code), listening)).toMatch(line);
  });

  it('is else what was said', () => {
    expect(explainStartError(listen('EIO'), listening)).toBe('listen EIO');
    expect(explainStartError(Object.assign(new Error('no'), { code: 'EACCES' }), listening)).toBe('no');
    expect(explainStartError('a word', listening)).toBe('a word');
  });
});
