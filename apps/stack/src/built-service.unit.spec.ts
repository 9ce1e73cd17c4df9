import { builtService } from './built-service.js';

describe('a service of the stack', () => {
  it('says what its actions print where the stack says what it has to say, as with npm start', () => {
    expect(builtService('executor', {}, { log: 'inherit' }).output).toBe(process.stdout);
  });

  it('says nothing there where its log is kept', () => {
    expect(builtService('executor', {}, { log: 'keep' }).output).toBeUndefined();
  });
});
