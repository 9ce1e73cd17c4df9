import { builtService } from './built-service.js';

const programs = new URL('file:///built/');

describe('a service of the stack', () => {
  it('says what its actions print where the stack says what it has to say, as with npm start', () => {
    expect(builtService('executor', {}, { programs, log: 'inherit' }).output).toBe(process.stdout);
  });

  it('is the program that was built for it', () => {
    expect(builtService('executor', {}, { programs, log: 'keep' }).args).toEqual(
      expect.arrayContaining([expect.stringMatching(/\/built\/executor\.js$/)]),
    );
  });

  it('says nothing there where its log is kept', () => {
    expect(builtService('executor', {}, { programs, log: 'keep' }).output).toBeUndefined();
  });
});
