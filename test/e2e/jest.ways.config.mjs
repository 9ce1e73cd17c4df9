import { waysMode } from './jest.modes.mjs';

export default waysMode();
