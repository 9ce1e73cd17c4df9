import { createHmac } from 'node:crypto';
import { HEADERS } from '@action-do/contracts';

const PREFIX = 'whsec_';

/**
 * The headers that prove who sends a request, as Standard Webhooks 1.0.0 has them.
 * @param secret `whsec_` and base64
 * @param id of the request; the same where it is sent again
 * @source https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signed(
  secret: string,
  id: string,
  nowMs: number,
  body: Uint8Array,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return {
    [HEADERS.webhookId]: id,
    [HEADERS.webhookTimestamp]: timestamp,
    [HEADERS.webhookSignature]: `v1,${digest}`,
  };
}
