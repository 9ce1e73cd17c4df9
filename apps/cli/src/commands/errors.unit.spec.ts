import { ERRORS, ErrorCode } from '@action-do/contracts';
import { EXIT_OF_ERROR } from '../exit-codes.js';
import { ado } from '../testing/ado.contract.js';

describe('ado errors', () => {
  it.each(ErrorCode.options)('explains %s without asking anybody', async (code) => {
    const { exitCode, out, asked } = await ado(['errors', code], { env: { DO_API_KEY: '' } });
    expect([exitCode, asked.length]).toEqual([0, 0]);
    expect(out).toContain(`${ERRORS[code].title}.`);
    expect(out).toContain(ERRORS[code].hint);
    expect(out).toMatch(new RegExp(`^exit code +${EXIT_OF_ERROR[code]}$`, 'm'));
  });

  it('lists all codes', async () => {
    const { out } = await ado(['errors', '-o', 'id']);
    expect(out.trimEnd().split('\n')).toEqual([...ErrorCode.options].sort());
    expect((await ado(['errors'])).out).toMatch(
      /^CODE +EXIT +REPEAT HELPS +WHAT HAPPENED\nACTION_FAILED +1 +no +The action failed\n/,
    );
  });

  it('takes a code as it is spoken', async () => {
    expect(JSON.parse((await ado(['errors', 'outcome-unknown', '-o', 'json'])).out)).toEqual({
      code: 'OUTCOME_UNKNOWN',
      exitCode: 6,
      ...ERRORS.OUTCOME_UNKNOWN,
    });
  });

  it('names those that are near where there is no such code', async () => {
    const { exitCode, err } = await ado(['errors', 'KEY_REUSED']);
    expect([exitCode, err]).toEqual([4, expect.stringMatching(/Perhaps one of: .*IDEMPOTENCY_KEY_REUSED/)]);
    expect((await ado(['errors', 'zzz'])).err).toMatch(/ado errors lists all/);
  });
});
