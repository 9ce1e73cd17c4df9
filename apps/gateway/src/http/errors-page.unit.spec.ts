import { readFileSync, writeFileSync } from 'node:fs';
import { ERRORS, type ErrorCode } from '@action-do/contracts';
import { HTTP_STATUS } from './http-status.js';

const page = new URL('../../../../docs/reference/errors.md', import.meta.url);

function expected(): string {
  const codes = (Object.keys(ERRORS) as ErrorCode[]).sort();
  const rows = codes.map((code) => {
    const { title, hint, retryable } = ERRORS[code];
    return `| <a id="${code.toLowerCase()}"></a>\`${code}\` | ${HTTP_STATUS[code]} | ${title}. | ${hint} | ${retryable ? 'yes' : 'no'} |`;
  });
  return `# Errors

Every error is one object, the same as HTTP body (\`application/problem+json\`), on the bus, and in the SDK: \`code\` says what happened and
never changes its meaning, \`detail\` says what it was this time, \`hint\` what to do next, \`effect\` whether something happened outside,
\`newKeySafe\` whether the work may be asked for under a new key, \`cause\` what the action itself said. Sentences may improve: do not parse them.
The header \`Do-Should-Retry\` says whether repeating the same call with the same key may help; the column below is its usual value.

| code | HTTP | what happened | what to do | repeat helps |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

it('every error code has its row on the page of errors (ADO_UPDATE_DOCS=1 writes it)', () => {
  if (process.env['ADO_UPDATE_DOCS']) writeFileSync(page, expected());
  expect(readFileSync(page, 'utf8')).toBe(expected());
});
