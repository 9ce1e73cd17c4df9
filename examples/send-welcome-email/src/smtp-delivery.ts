import { Readable } from 'node:stream';
import { ActionError } from '@do-sdk/actions';
import { createTransport } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Mail } from './compose-mail.js';

/**
 * Hands a mail to an SMTP server, once. Nodemailer's connection, not its transport, because the transport does not say
 * whether a connection was lost before the content went out or after, and everything hangs on that:
 *
 * S1 As long as the server has not said "354, send the mail", nothing has happened: effect none.
 * S2 A reply of 4xx or 5xx to the content is a refusal: effect none.
 * S3 Content sent and no reply: the server may have the mail or not. Effect unknown; never said to be anything else.
 * @throws ActionError with the effect by S1 to S3, retryable unless the server refused for good
 */
export async function deliverBySmtp(smtpUrl: string, mail: Mail, signal: AbortSignal): Promise<void> {
  const { auth, ...options } = createTransport(smtpUrl).options;
  const connection = new SMTPConnection(options);
  let contentSent = false;
  // Asked for its first byte when the server is ready for the content, and not before.
  const content = new Readable({
    read() {
      contentSent = true;
      this.push(mail.raw);
      this.push(null);
    },
  });
  try {
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error | null) => (error ? reject(error) : resolve());
      const send = () => connection.send({ from: mail.from, to: mail.to }, content, settle);
      connection.on('error', reject);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      if (signal.aborted) return reject(signal.reason);
      connection.connect((lost) => {
        if (lost) return reject(lost);
        if (!auth) return send();
        connection.login(auth, (refused) => (refused ? reject(refused) : send()));
      });
    });
  } catch (thrown) {
    throw saidOf(signal.aborted ? GIVEN_UP : detailsOf(thrown), contentSent, thrown);
  } finally {
    connection.close();
  }
}

function saidOf(details: Details, contentSent: boolean, cause: unknown): ActionError {
  const { code, response, responseCode = 0, message } = details;
  const refused = responseCode >= 400;
  if (contentSent && !(refused && code === 'EMESSAGE'))
    return new ActionError({
      code: 'SMTP_ANSWER_LOST',
      message: `the server may have the mail, for its answer never came: ${message}`,
      retryable: true,
      effect: 'unknown',
      cause,
    });
  return new ActionError({
    code: NAMES[code] ?? (refused ? 'SMTP_REFUSED' : 'SMTP_UNREACHABLE'),
    message: `nothing was sent: ${message}`,
    retryable: responseCode < 500 && (code !== 'EAUTH' || refused),
    effect: 'none',
    ...(response !== undefined && { details: { response } }),
    cause,
  });
}

/** Of nodemailer's codes, those that say more than "refused" or "not reached". */
const NAMES: Readonly<Record<string, string>> = {
  EAUTH: 'SMTP_LOGIN_REFUSED',
  EENVELOPE: 'SMTP_ENVELOPE_REFUSED',
  ABORTED: 'ABORTED',
};

interface Details {
  readonly code: string;
  readonly message: string;
  readonly response?: string;
  readonly responseCode?: number;
}

const GIVEN_UP: Details = { code: 'ABORTED', message: 'the attempt was given up' };

function detailsOf(thrown: unknown): Details {
  if (!(thrown instanceof Error)) return { code: 'UNKNOWN', message: String(thrown) };
  const { message } = thrown;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.name;
  const response = 'response' in thrown && typeof thrown.response === 'string' ? thrown.response : undefined;
  const replied = 'responseCode' in thrown && typeof thrown.responseCode === 'number';
  return {
    code,
    message,
    ...(response !== undefined && { response }),
    ...(replied && { responseCode: Number(thrown.responseCode) }),
  };
}
