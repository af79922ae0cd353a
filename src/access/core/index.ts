export { type Failures, mayTry, throttleLimits } from './login-throttle.ts'
export { checkPassword, passwordLimits, type WeakPassword } from './password-rules.ts'
export { isPermission, may, type Permission, permissions, type Role, roles } from './permissions.ts'
export { isAlive, type Principal, sessionLimits } from './session.ts'
