import { z } from 'zod';
import type { ActionDefinition, ActionParams, ActionResult } from './action-definition.js';
import { defineAction } from './define-action.js';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const holds = <T extends true>(value?: T) => value;

const sendMail = defineAction({
  name: 'send-mail',
  params: z.object({ to: z.string(), template: z.string().default('plain') }),
  result: z.object({ id: z.string(), tries: z.int().default(1) }),
  effects: 'verifiable',
  run: async (params, ctx) => {
    holds<Same<typeof params, { to: string; template: string }>>();
    return { id: `${ctx.idempotencyKey}/${params.template}` };
  },
  undo: (_params, result) => {
    holds<Same<typeof result, { id: string; tries: number }>>();
  },
  probe: async () => ({ state: 'applied', result: { id: 'known' } }),
});

describe('the types of an action', () => {
  it('give callers the params before defaults and the result after', () => {
    holds<Same<ActionParams<typeof sendMail>, { to: string; template?: string | undefined }>>();
    holds<Same<ActionResult<typeof sendMail>, { id: string; tries: number }>>();
    holds<Same<(typeof sendMail)['name'], 'send-mail'>>();
    expect(sendMail.name).toBe('send-mail');
  });

  it('let a list hold definitions of any params', () => {
    const all: ActionDefinition[] = [sendMail];
    expect(all).toHaveLength(1);
  });

  it('refuse what would be refused at run time', () => {
    const wrong = () => [
      // @ts-expect-error effects has no default
      defineAction({ name: 'a', params: z.object({}), result: z.null(), run: () => null }),
      // @ts-expect-error params must be an object
      defineAction({ name: 'a', params: z.string(), result: z.null(), effects: 'none', run: () => null }),
      defineAction({
        name: 'a',
        params: z.object({}),
        result: z.object({ id: z.string() }),
        effects: 'none',
        // @ts-expect-error the result lacks its id
        run: () => ({}),
      }),
    ];
    expect(wrong).toThrow();
  });
});
