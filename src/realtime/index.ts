export { createHub, type Hub } from './hub.ts'
export { liveRoutes } from './live-routes.ts'
