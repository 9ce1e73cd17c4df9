import { welcomeEmailAction } from './send-welcome-email.js';

export { welcomeEmailAction };
export default welcomeEmailAction(process.env);
