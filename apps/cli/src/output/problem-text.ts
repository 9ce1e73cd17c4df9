import type { JsonObject } from '@action-do/contracts';
import type { Problem } from '@do-sdk/core';
import { objectsAt, textAt } from '../gateway/json-reading.js';
import { fieldLines } from './fields.js';
import type { Colors } from './paint.js';
import { printable } from './printable.js';

const INDENT = '       ';

/**
 * An error for people: what happened, where, and what to do next, in this order. Read member by member: what another
 * server made may lack any of them.
 */
export function problemText(problem: Problem, paint: Colors): string {
  const said: JsonObject = JSON.parse(JSON.stringify(problem));
  const at = (...path: string[]) => textAt(said, ...path);
  const code = at('code');
  const title = at('title');
  const detail = at('detail');
  const head = `${paint.red('error')}  ${printable(code)}  ${printable(title)}\n`;
  // The detail often says no more than the title.
  const more = detail === `${title}.` ? '' : `${INDENT}${printable(detail)}\n`;
  const wrong = objectsAt(said, 'issues').map(
    (issue) =>
      `${INDENT}${printable(textAt(issue, 'path') || 'params')}: ${printable(textAt(issue, 'message'))}\n`,
  );
  const fields = fieldLines(
    [
      ['cause', at('cause', 'code') && `${at('cause', 'code')}: ${at('cause', 'message')}`],
      ['effect', at('effect') === 'none' ? '' : at('effect')],
      ['where', at('source') === 'sdk' ? '' : at('source')],
      ['execution', at('executionId')],
      ['request', at('requestId')],
      ['next', at('hint')],
      ['more', `ado errors ${code}`],
    ],
    paint.dim,
    INDENT,
  );
  return head + more + wrong.join('') + fields;
}
