import { resultMember } from './result-member.js';

describe('the result member', () => {
  it.each([['null'], ['12.50'], ['"a,}\\"b"'], ['{"a":[1,{"b":"]}"}],"c":{}}'], ['[ 1 , 2 ]'], ['"\\\\"']])(
    'is given as it came: %s',
    (member) => {
      expect(resultMember(`{"result":${member},"execution":{"id":"exe_1"}}`)).toBe(member);
      expect(resultMember(`{"result":${member}}`)).toBe(member);
    },
  );

  it.each(['', '{"execution":{}}', '{"result":{"a":1}'])('is not found in %j', (text) => {
    expect(() => resultMember(text)).toThrow(/answer/);
  });
});
