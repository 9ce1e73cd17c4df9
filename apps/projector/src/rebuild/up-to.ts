import type { SubscriptionItem } from '@action-do/event-store';

/** A subscription as far as `target`, with which it ends. */
export async function* upTo(
  items: AsyncIterable<SubscriptionItem>,
  target: bigint,
): AsyncGenerator<SubscriptionItem> {
  for await (const item of items) {
    const position = item.kind === 'event' ? item.event.position : item.position;
    if (position <= target) yield item;
    if (position < target) continue;
    // Everything up to here came: also where the target itself is no event of the subscription.
    if (position > target) yield { kind: 'checkpoint', position: target };
    return;
  }
}
