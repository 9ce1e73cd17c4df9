import { resolve } from 'node:path';
import { type ActionContext, ActionError, defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { composeMail } from './compose-mail.js';
import { mailDrop } from './mail-drop.js';
import { deliverBySmtp } from './smtp-delivery.js';
import { TEMPLATES, type Template } from './templates.js';

const Params = z.object({
  userId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .meta({ examples: ['usr_1'] }),
  template: z.string().max(64).default('welcome'),
  /** Left out: looked up in the user directory, for which `<userId>@users.example` stands in. */
  email: z.email().meta({ personal: true }).optional(),
});
const Result = z.object({
  messageId: z.string(),
  to: z.string().meta({ personal: true }),
  deliveredTo: z.enum(['smtp', 'mail-drop']),
});
type Params = z.output<typeof Params>;
type Result = z.input<typeof Result>;

const contract = { name: 'send-welcome-email', version: 1, params: Params, result: Result } as const;

/**
 * The action, as the environment wants it: over SMTP where SMTP_URL is set, else into a mail drop.
 * @param env SMTP_URL "smtp://user:password@host:587"; DO_DATA_DIR, the folder of the mail drop's folder, default ./data
 */
export function welcomeEmailAction(env: Readonly<Record<string, string | undefined>>) {
  const smtpUrl = env['SMTP_URL'];
  // Not by the exception of URL, which shows the password.
  if (smtpUrl && !(URL.canParse(smtpUrl) && /^smtps?:$/.test(new URL(smtpUrl).protocol)))
    throw new Error('SMTP_URL must be smtp://user:password@host:587');
  return smtpUrl ? overSmtp(smtpUrl) : intoMailDrop(resolve(env['DO_DATA_DIR'] || 'data', 'mail'));
}

/** Idempotent: the key names the file, so a repeat finds it, or puts the same mail under the same name. */
function intoMailDrop(folder: string) {
  const drop = mailDrop(folder);
  return defineAction({
    ...contract,
    description: `Writes a welcome mail into the folder ${drop.folder}. Set SMTP_URL to send it.`,
    effects: 'idempotent',
    run: async (params, ctx): Promise<Result> => {
      const facts = factsOf(params, ctx);
      const mail = await composeMail({ ...facts, date: new Date() });
      if (!(await drop.has(facts.key))) await drop.put(facts.key, mail, ctx.signal);
      return { messageId: mail.messageId, to: mail.to, deliveredTo: 'mail-drop' };
    },
  });
}

/** Unsafe: a server that dies after it got the mail leaves it open whether it will deliver, and there is nobody to ask. */
function overSmtp(smtpUrl: string) {
  return defineAction({
    ...contract,
    description: `Sends a welcome mail through the SMTP server ${new URL(smtpUrl).host}.`,
    effects: 'unsafe',
    // Only what certainly sent nothing is tried again, such as the 450 of a server that greylists.
    retry: { attemptsMax: 5, initialDelayMs: 1_000 },
    attemptTimeoutMs: 30_000,
    run: async (params, ctx): Promise<Result> => {
      const mail = await composeMail({ ...factsOf(params, ctx), date: new Date() });
      await deliverBySmtp(smtpUrl, mail, ctx.signal);
      return { messageId: mail.messageId, to: mail.to, deliveredTo: 'smtp' };
    },
  });
}

/** The key becomes a file name and a part of a header. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

function factsOf({ userId, template, email }: Params, { idempotencyKey, signal }: ActionContext) {
  if (signal.aborted)
    throw new ActionError({
      code: 'ABORTED',
      message: 'given up before anything was sent',
      retryable: true,
      effect: 'none',
    });
  if (!KEY.test(idempotencyKey)) throw refusal('KEY_UNUSABLE', 'the idempotency key cannot name a file');
  return {
    userId,
    key: idempotencyKey,
    to: email ?? `${userId}@users.example`,
    template: templateOf(template),
  };
}

function templateOf(name: string): Template {
  const template = TEMPLATES.get(name);
  if (template) return template;
  const known = [...TEMPLATES.keys()].join(', ');
  throw refusal('TEMPLATE_UNKNOWN', `there is no template '${name}'; known are ${known}`);
}

const refusal = (code: string, message: string) => new ActionError({ code, message, effect: 'none' });
