import type { Connections, Place } from '../engine/place.js';
import { createViews, upgradeViews } from '../schema/definition.js';

/** An empty generation with its tables. */
export async function makeGeneration(place: Place, generation: number): Promise<Connections> {
  await place.make(generation);
  const connections = await openToWrite(place, generation);
  try {
    await createViews(connections.db, place.words);
    await upgradeViews(connections.db);
    return connections;
  } catch (error) {
    await connections.close();
    throw error;
  }
}

/** One that was found or made a moment ago. */
export async function openToWrite(place: Place, generation: number): Promise<Connections> {
  const connections = await place.open(generation, 'write');
  if (connections === null) throw new Error(`generation ${generation} went away while it was opened`);
  return connections;
}
