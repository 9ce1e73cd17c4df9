import { createTransport } from 'nodemailer';
import type { Template } from './templates.js';

export interface Mail {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  /** The whole message as it goes over the wire, RFC 5322. */
  readonly raw: Buffer;
}

export interface MailFacts {
  readonly to: string;
  readonly userId: string;
  readonly template: Template;
  /** The effect key: the same for every attempt, and so the Message-ID is. */
  readonly key: string;
  readonly date: Date;
}

const FROM = 'welcome@action-do.example';

/** Builds the message. Equal facts give equal bytes: one part, so no boundary, and nothing else that is random. */
export async function composeMail({ to, userId, template, key, date }: MailFacts): Promise<Mail> {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message, messageId } = await composer.sendMail({
    from: FROM,
    to,
    subject: template.subject,
    text: template.text(userId),
    messageId: `<${key}@send-welcome-email.example>`,
    date,
  });
  if (!Buffer.isBuffer(message)) throw new Error('nodemailer was asked for a buffer and gave a stream');
  return { messageId, from: FROM, to, raw: message };
}
