import { preset } from '../../jest.preset.mjs';

export default preset('example-send-welcome-email');
