// Made by scripts/generate-ari-types.ts from Asterisk 22.10.1, ARI 10.0.0. Do not edit.

export const madeFrom = { asterisk: '22.10.1', ari: '10.0.0' } as const

/** Details of a Stasis application */
export type Application = {
  /** Name of this application */
  readonly name: string
  /** Id's for channels subscribed to. */
  readonly channel_ids: readonly string[]
  /** Id's for bridges subscribed to. */
  readonly bridge_ids: readonly string[]
  /** {tech}/{resource} for endpoints subscribed to. */
  readonly endpoint_ids: readonly string[]
  /** Names of the devices subscribed to. */
  readonly device_names: readonly string[]
  /** Event types sent to the application. */
  readonly events_allowed: readonly Record<string, unknown>[]
  /** Event types not sent to the application. */
  readonly events_disallowed: readonly Record<string, unknown>[]
}

/** Info about how Asterisk was built */
export type BuildInfo = {
  /** OS Asterisk was built on. */
  readonly os: string
  /** Kernel version Asterisk was built on. */
  readonly kernel: string
  /** Compile time options, or empty string if default. */
  readonly options: string
  /** Machine architecture (x86_64, i686, ppc, etc.) */
  readonly machine: string
  /** Date and time when Asterisk was built. */
  readonly date: string
  /** Username that build Asterisk */
  readonly user: string
}

/** Info about Asterisk */
export type SystemInfo = {
  /** Asterisk version. */
  readonly version: string
  readonly entity_id: string
}

/** Effective user/group id */
export type SetId = {
  /** Effective user id. */
  readonly user: string
  /** Effective group id. */
  readonly group: string
}

/** Info about Asterisk configuration */
export type ConfigInfo = {
  /** Asterisk system name. */
  readonly name: string
  /** Default language for media playback. */
  readonly default_language: string
  /** Maximum number of simultaneous channels. */
  readonly max_channels?: number
  /** Maximum number of open file handles (files, sockets). */
  readonly max_open_files?: number
  /** Maximum load avg on system. */
  readonly max_load?: number
  /** Effective user/group id for running Asterisk. */
  readonly setid: SetId
}

/** Info about Asterisk status */
export type StatusInfo = {
  /** Time when Asterisk was started. */
  readonly startup_time: string
  /** Time when Asterisk was last reloaded. */
  readonly last_reload_time: string
}

/** Asterisk system information */
export type AsteriskInfo = {
  /** Info about how Asterisk was built */
  readonly build?: BuildInfo
  /** Info about the system running Asterisk */
  readonly system?: SystemInfo
  /** Info about Asterisk configuration */
  readonly config?: ConfigInfo
  /** Info about Asterisk status */
  readonly status?: StatusInfo
}

/** Asterisk ping information */
export type AsteriskPing = {
  /** Asterisk id info */
  readonly asterisk_id: string
  /** Always string value is pong */
  readonly ping: string
  /** The timestamp string of request received time */
  readonly timestamp: string
}

/** Details of an Asterisk module */
export type Module = {
  /** The name of this module */
  readonly name: string
  /** The description of this module */
  readonly description: string
  /** The number of times this module is being used */
  readonly use_count: number
  /** The running status of this module */
  readonly status: string
  /** The support state of this module */
  readonly support_level: string
}

/** Details of an Asterisk log channel */
export type LogChannel = {
  /** The log channel path */
  readonly channel: string
  /** Types of logs for the log channel */
  readonly type: string
  /** Whether or not a log type is enabled */
  readonly status: string
  /** The various log levels */
  readonly configuration: string
}

/** The value of a channel variable */
export type Variable = {
  /** The value of the variable requested */
  readonly value: string
}

/** A dictionary of channel variables */
export type Variables = {
  /** A dictionary of channel variables */
  readonly variables: Record<string, unknown>
}

/** A key/value pair that makes up part of a configuration object. */
export type ConfigTuple = {
  /** A configuration object attribute. */
  readonly attribute: string
  /** The value for the attribute. */
  readonly value: string
}

/** The merging of media from one or more channels. Everyone on the bridge receives the same audio. */
export type Bridge = {
  /** Unique identifier for this bridge */
  readonly id: string
  /** Name of the current bridging technology */
  readonly technology: string
  /** Type of bridge technology */
  readonly bridge_type: 'mixing' | 'holding'
  /** Bridging class */
  readonly bridge_class: string
  /** Entity that created the bridge */
  readonly creator: string
  /** Name the creator gave the bridge */
  readonly name: string
  /** Ids of channels participating in this bridge */
  readonly channels: readonly string[]
  /** The video mode the bridge is using. One of 'none', 'talker', 'sfu', or 'single'. */
  readonly video_mode?: string
  /** The ID of the channel that is the source of video in this bridge, if one exists. */
  readonly video_source_id?: string
  /** Timestamp when bridge was created */
  readonly creationtime: string
  /** Bridge variables */
  readonly bridgevars?: Record<string, unknown>
}

/** Dialed channel information. */
export type Dialed = {
}

/** Dialplan location (context/extension/priority) */
export type DialplanCEP = {
  /** Context in the dialplan */
  readonly context: string
  /** Extension in the dialplan */
  readonly exten: string
  /** Priority in the dialplan */
  readonly priority: number
  /** Name of current dialplan application */
  readonly app_name: string
  /** Parameter of current dialplan application */
  readonly app_data: string
}

/** Caller identification */
export type CallerID = {
  readonly name: string
  readonly number: string
}

/** A statistics of a RTP. */
export type RTPstat = {
  /** Number of packets transmitted. */
  readonly txcount: number
  /** Number of packets received. */
  readonly rxcount: number
  /** Jitter on transmitted packets. */
  readonly txjitter?: number
  /** Jitter on received packets. */
  readonly rxjitter?: number
  /** Maximum jitter on remote side. */
  readonly remote_maxjitter?: number
  /** Minimum jitter on remote side. */
  readonly remote_minjitter?: number
  /** Average jitter on remote side. */
  readonly remote_normdevjitter?: number
  /** Standard deviation jitter on remote side. */
  readonly remote_stdevjitter?: number
  /** Maximum jitter on local side. */
  readonly local_maxjitter?: number
  /** Minimum jitter on local side. */
  readonly local_minjitter?: number
  /** Average jitter on local side. */
  readonly local_normdevjitter?: number
  /** Standard deviation jitter on local side. */
  readonly local_stdevjitter?: number
  /** Number of transmitted packets lost. */
  readonly txploss: number
  /** Number of received packets lost. */
  readonly rxploss: number
  /** Maximum number of packets lost on remote side. */
  readonly remote_maxrxploss?: number
  /** Minimum number of packets lost on remote side. */
  readonly remote_minrxploss?: number
  /** Average number of packets lost on remote side. */
  readonly remote_normdevrxploss?: number
  /** Standard deviation packets lost on remote side. */
  readonly remote_stdevrxploss?: number
  /** Maximum number of packets lost on local side. */
  readonly local_maxrxploss?: number
  /** Minimum number of packets lost on local side. */
  readonly local_minrxploss?: number
  /** Average number of packets lost on local side. */
  readonly local_normdevrxploss?: number
  /** Standard deviation packets lost on local side. */
  readonly local_stdevrxploss?: number
  /** Total round trip time. */
  readonly rtt?: number
  /** Maximum round trip time. */
  readonly maxrtt?: number
  /** Minimum round trip time. */
  readonly minrtt?: number
  /** Average round trip time. */
  readonly normdevrtt?: number
  /** Standard deviation round trip time. */
  readonly stdevrtt?: number
  /** Our SSRC. */
  readonly local_ssrc: number
  /** Their SSRC. */
  readonly remote_ssrc: number
  /** Number of octets transmitted. */
  readonly txoctetcount: number
  /** Number of octets received. */
  readonly rxoctetcount: number
  /** The Asterisk channel's unique ID that owns this instance. */
  readonly channel_uniqueid: string
}

/** A specific communication connection between Asterisk and an Endpoint. */
export type Channel = {
  /** Unique identifier of the channel. This is the same as the Uniqueid field in AMI. */
  readonly id: string
  /** Protocol id from underlying channel driver (i.e. Call-ID for chan_pjsip; will be empty if not applicable or not implemented by driver). */
  readonly protocol_id: string
  /** Name of the channel (i.e. SIP/foo-0000a7e3) */
  readonly name: string
  readonly state: 'Down' | 'Rsrved' | 'OffHook' | 'Dialing' | 'Ring' | 'Ringing' | 'Up' | 'Busy' | 'Dialing Offhook' | 'Pre-ring' | 'Unknown'
  readonly caller: CallerID
  readonly connected: CallerID
  readonly accountcode: string
  /** Current location in the dialplan */
  readonly dialplan: DialplanCEP
  /** Timestamp when channel was created */
  readonly creationtime: string
  /** The default spoken language */
  readonly language: string
  /** Channel variables */
  readonly channelvars?: Record<string, unknown>
  /** The Caller ID RDNIS */
  readonly caller_rdnis?: string
  /** The Tenant ID for the channel */
  readonly tenantid?: string
}

/** Represents the state of a device. */
export type DeviceState = {
  /** Name of the device. */
  readonly name: string
  /** Device's state */
  readonly state: 'UNKNOWN' | 'NOT_INUSE' | 'INUSE' | 'BUSY' | 'INVALID' | 'UNAVAILABLE' | 'RINGING' | 'RINGINUSE' | 'ONHOLD'
}

/** An external device that may offer/accept calls to/from Asterisk. Unlike most resources, which have a single unique identifier, an endpoint is uniquely identified by the technology/resource pair. */
export type Endpoint = {
  /** Technology of the endpoint */
  readonly technology: string
  /** Identifier of the endpoint, specific to the given technology. */
  readonly resource: string
  /** Endpoint's state */
  readonly state?: 'unknown' | 'offline' | 'online'
  /** Id's of channels associated with this endpoint */
  readonly channel_ids: readonly string[]
}

/** A text message. */
export type TextMessage = {
  /** A technology specific URI specifying the source of the message. For pjsip technology, any SIP URI can be specified. For xmpp, the URI must correspond to the client connection being used to send the message. */
  readonly from: string
  /** A technology specific URI specifying the destination of the message. Valid technologies include pjsip, and xmp. The destination of a message should be an endpoint. */
  readonly to: string
  /** The text of the message. */
  readonly body: string
  /** Technology specific key/value pairs (JSON object) associated with the message. */
  readonly variables?: Record<string, unknown>
}

/** Base type for errors and events */
export type Message = {
  /** Indicates the type of this message. */
  readonly type: string
  /** The unique ID for the Asterisk instance that raised this event. */
  readonly asterisk_id?: string
}

/** Error event sent when required params are missing. */
export type MissingParams = {
  /** A list of the missing parameters */
  readonly params: readonly string[]
}

/** Detailed information about a contact on an endpoint. */
export type ContactInfo = {
  /** The location of the contact. */
  readonly uri: string
  /** The current status of the contact. */
  readonly contact_status: 'Unreachable' | 'Reachable' | 'Unknown' | 'NonQualified' | 'Removed'
  /** The Address of Record this contact belongs to. */
  readonly aor: string
  /** Current round trip time, in microseconds, for the contact. */
  readonly roundtrip_usec?: string
}

/** Detailed information about a remote peer that communicates with Asterisk. */
export type Peer = {
  /** The current state of the peer. Note that the values of the status are dependent on the underlying peer technology. */
  readonly peer_status: string
  /** An optional reason associated with the change in peer_status. */
  readonly cause?: string
  /** The IP address of the peer. */
  readonly address?: string
  /** The port of the peer. */
  readonly port?: string
  /** The last known time the peer was contacted. */
  readonly time?: string
}

/** transfer destination requested by transferee */
export type ReferTo = {
  readonly requested_destination: RequiredDestination
  /** The Channel Object, that is to be replaced */
  readonly destination_channel?: Channel
  /** Channel, connected to the to be replaced channel */
  readonly connected_channel?: Channel
  /** Bridge connecting both destination channels */
  readonly bridge?: Bridge
}

/** transfer destination requested by transferee */
export type ReferredBy = {
  /** The channel on which the refer was received */
  readonly source_channel: Channel
  /** Channel, Connected to the channel, receiving the transfer request on. */
  readonly connected_channel?: Channel
  /** Bridge connecting both Channels */
  readonly bridge?: Bridge
}

/** Information about the requested destination */
export type RequiredDestination = {
  /** the requested protocol-id by the referee in case of SIP channel, this is a SIP Call ID, Mutually exclusive to destination */
  readonly protocol_id?: string
  /** Destination User Part. Only for Blind transfer. Mutually exclusive to protocol_id */
  readonly destination?: string
  /** List of additional protocol specific information */
  readonly additional_protocol_params?: readonly AdditionalParam[]
}

/** Protocol specific additional parameter */
export type AdditionalParam = {
  /** Name of the parameter */
  readonly parameter_name: string
  /** Value of the parameter */
  readonly parameter_value: string
}

/** REST over Websocket header */
export type RESTHeader = {
  /** Header name */
  readonly name: string
  /** Header value */
  readonly value: string
}

/** REST over Websocket Query String Parameter */
export type RESTQueryStringParameter = {
  /** Parameter name */
  readonly name: string
  /** Parameter value */
  readonly value: string
}

/** REST over Websocket Request. */
export type RESTRequest = {
  /** Message type. Must be 'RESTRequest' */
  readonly type: string
  /** Opaque transaction id. Can be any valid string. Will be returned in any response to this request. */
  readonly transaction_id: string
  /** Opaque request id. Can be any valid string. Will be returned in any response to this request. */
  readonly request_id: string
  /** HTTP method (GET, PUT, POST, DELETE, etc.) */
  readonly method: string
  /** Resource URI with optional query string parameters. */
  readonly uri: string
  /** The Content-Type of the message body. */
  readonly content_type?: string
  /** Request query string parameters. */
  readonly query_strings?: readonly RESTQueryStringParameter[]
  /** Request message body. Only content types application/json and application/x-www-form-urlencoded are supported. */
  readonly message_body?: string
}

/** Represents the state of a mailbox. */
export type Mailbox = {
  /** Name of the mailbox. */
  readonly name: string
  /** Count of old messages in the mailbox. */
  readonly old_messages: number
  /** Count of new messages in the mailbox. */
  readonly new_messages: number
}

/** Object representing the playback of media to a channel */
export type Playback = {
  /** ID for this playback operation */
  readonly id: string
  /** The URI for the media currently being played back. */
  readonly media_uri: string
  /** If a list of URIs is being played, the next media URI to be played back. */
  readonly next_media_uri?: string
  /** URI for the channel or bridge to play the media on */
  readonly target_uri: string
  /** For media types that support multiple languages, the language requested for playback. */
  readonly language?: string
  /** Current state of the playback operation. */
  readonly state: 'queued' | 'playing' | 'continuing' | 'done' | 'failed'
}

/** A past recording that may be played back. */
export type StoredRecording = {
  readonly name: string
  readonly format: string
}

/** A recording that is in progress */
export type LiveRecording = {
  /** Base name for the recording */
  readonly name: string
  /** Recording format (wav, gsm, etc.) */
  readonly format: string
  /** URI for the channel or bridge being recorded */
  readonly target_uri: string
  readonly state: 'queued' | 'recording' | 'paused' | 'done' | 'failed' | 'canceled'
  /** Duration in seconds of the recording */
  readonly duration?: number
  /** Duration of talking, in seconds, detected in the recording. This is only available if the recording was initiated with a non-zero maxSilenceSeconds. */
  readonly talking_duration?: number
  /** Duration of silence, in seconds, detected in the recording. This is only available if the recording was initiated with a non-zero maxSilenceSeconds. */
  readonly silence_duration?: number
  /** Cause for recording failure if failed */
  readonly cause?: string
}

/** Identifies the format and language of a sound file */
export type FormatLangPair = {
  readonly language: string
  readonly format: string
}

/** A media file that may be played back. */
export type Sound = {
  /** Sound's identifier. */
  readonly id: string
  /** Text description of the sound, usually the words spoken. */
  readonly text?: string
  /** The formats and languages in which this sound is available. */
  readonly formats: readonly FormatLangPair[]
}

/** What every event has besides its type. */
export type EventBase = {
  /** The unique ID for the Asterisk instance that raised this event. */
  readonly asterisk_id?: string
  /** Name of the application receiving the event. */
  readonly application: string
  /** Time at which this event was created. */
  readonly timestamp: string
}

/** Notification that a device state has changed. */
export type DeviceStateChanged = EventBase & {
  readonly type: 'DeviceStateChanged'
  /** Device state object */
  readonly device_state: DeviceState
}

/** Event showing the start of a media playback operation. */
export type PlaybackStarted = EventBase & {
  readonly type: 'PlaybackStarted'
  /** Playback control object */
  readonly playback: Playback
}

/** Event showing the continuation of a media playback operation from one media URI to the next in the list. */
export type PlaybackContinuing = EventBase & {
  readonly type: 'PlaybackContinuing'
  /** Playback control object */
  readonly playback: Playback
}

/** Event showing the completion of a media playback operation. */
export type PlaybackFinished = EventBase & {
  readonly type: 'PlaybackFinished'
  /** Playback control object */
  readonly playback: Playback
}

/** Event showing the start of a recording operation. */
export type RecordingStarted = EventBase & {
  readonly type: 'RecordingStarted'
  /** Recording control object */
  readonly recording: LiveRecording
}

/** Event showing the completion of a recording operation. */
export type RecordingFinished = EventBase & {
  readonly type: 'RecordingFinished'
  /** Recording control object */
  readonly recording: LiveRecording
}

/** Event showing failure of a recording operation. */
export type RecordingFailed = EventBase & {
  readonly type: 'RecordingFailed'
  /** Recording control object */
  readonly recording: LiveRecording
}

/** Notification that trying to move a channel to another Stasis application failed. */
export type ApplicationMoveFailed = EventBase & {
  readonly type: 'ApplicationMoveFailed'
  readonly channel: Channel
  readonly destination: string
  /** Arguments to the application */
  readonly args: readonly string[]
}

/** Notification that a Stasis app has been registered. */
export type ApplicationRegistered = EventBase & {
  readonly type: 'ApplicationRegistered'
}

/** Notification that a Stasis app has been unregistered. */
export type ApplicationUnregistered = EventBase & {
  readonly type: 'ApplicationUnregistered'
}

/** Notification that another WebSocket has taken over for an application. An application may only be subscribed to by a single WebSocket at a time. If multiple WebSockets attempt to subscribe to the same application, the newer WebSocket wins, and the older one receives this event. */
export type ApplicationReplaced = EventBase & {
  readonly type: 'ApplicationReplaced'
}

/** Notification that a bridge has been created. */
export type BridgeCreated = EventBase & {
  readonly type: 'BridgeCreated'
  readonly bridge: Bridge
}

/** Notification that a bridge has been destroyed. */
export type BridgeDestroyed = EventBase & {
  readonly type: 'BridgeDestroyed'
  readonly bridge: Bridge
}

/** Notification that one bridge has merged into another. */
export type BridgeMerged = EventBase & {
  readonly type: 'BridgeMerged'
  readonly bridge: Bridge
  readonly bridge_from: Bridge
}

/** Notification that a blind transfer has occurred. */
export type BridgeBlindTransfer = EventBase & {
  readonly type: 'BridgeBlindTransfer'
  /** The channel performing the blind transfer */
  readonly channel: Channel
  /** The channel that is replacing transferer when the transferee(s) can not be transferred directly */
  readonly replace_channel?: Channel
  /** The channel that is being transferred */
  readonly transferee?: Channel
  /** The extension transferred to */
  readonly exten: string
  /** The context transferred to */
  readonly context: string
  /** The result of the transfer attempt */
  readonly result: string
  /** Whether the transfer was externally initiated or not */
  readonly is_external: boolean
  /** The bridge being transferred */
  readonly bridge?: Bridge
}

/** Notification that an attended transfer has occurred. */
export type BridgeAttendedTransfer = EventBase & {
  readonly type: 'BridgeAttendedTransfer'
  /** First leg of the transferer */
  readonly transferer_first_leg: Channel
  /** Second leg of the transferer */
  readonly transferer_second_leg: Channel
  /** The channel that is replacing transferer_first_leg in the swap */
  readonly replace_channel?: Channel
  /** The channel that is being transferred */
  readonly transferee?: Channel
  /** The channel that is being transferred to */
  readonly transfer_target?: Channel
  /** The result of the transfer attempt */
  readonly result: string
  /** Whether the transfer was externally initiated or not */
  readonly is_external: boolean
  /** Bridge the transferer first leg is in */
  readonly transferer_first_leg_bridge?: Bridge
  /** Bridge the transferer second leg is in */
  readonly transferer_second_leg_bridge?: Bridge
  /** How the transfer was accomplished */
  readonly destination_type: string
  /** Bridge that survived the merge result */
  readonly destination_bridge?: string
  /** Application that has been transferred into */
  readonly destination_application?: string
  /** First leg of a link transfer result */
  readonly destination_link_first_leg?: Channel
  /** Second leg of a link transfer result */
  readonly destination_link_second_leg?: Channel
  /** Transferer channel that survived the threeway result */
  readonly destination_threeway_channel?: Channel
  /** Bridge that survived the threeway result */
  readonly destination_threeway_bridge?: Bridge
}

/** Notification that the source of video in a bridge has changed. */
export type BridgeVideoSourceChanged = EventBase & {
  readonly type: 'BridgeVideoSourceChanged'
  readonly bridge: Bridge
  readonly old_video_source_id?: string
}

/** Notification that a channel has been created. */
export type ChannelCreated = EventBase & {
  readonly type: 'ChannelCreated'
  readonly channel: Channel
}

/** Notification that a channel has been destroyed. */
export type ChannelDestroyed = EventBase & {
  readonly type: 'ChannelDestroyed'
  /** Integer representation of the cause of the hangup */
  readonly cause: number
  /** Text representation of the cause of the hangup */
  readonly cause_txt: string
  /** Integer representation of the technology-specific off-nominal cause of the hangup. */
  readonly tech_cause?: number
  readonly channel: Channel
}

/** Notification that a channel has entered a bridge. */
export type ChannelEnteredBridge = EventBase & {
  readonly type: 'ChannelEnteredBridge'
  readonly bridge: Bridge
  readonly channel?: Channel
}

/** Notification that a channel has left a bridge. */
export type ChannelLeftBridge = EventBase & {
  readonly type: 'ChannelLeftBridge'
  readonly bridge: Bridge
  readonly channel: Channel
}

/** Notification of a channel's state change. */
export type ChannelStateChange = EventBase & {
  readonly type: 'ChannelStateChange'
  readonly channel: Channel
}

/** DTMF received on a channel. This event is sent when the DTMF ends. There is no notification about the start of DTMF */
export type ChannelDtmfReceived = EventBase & {
  readonly type: 'ChannelDtmfReceived'
  /** DTMF digit received (0-9, A-E, # or *) */
  readonly digit: string
  /** Number of milliseconds DTMF was received */
  readonly duration_ms: number
  /** The channel on which DTMF was received */
  readonly channel: Channel
}

/** Channel changed location in the dialplan. */
export type ChannelDialplan = EventBase & {
  readonly type: 'ChannelDialplan'
  /** The channel that changed dialplan location. */
  readonly channel: Channel
  /** The application about to be executed. */
  readonly dialplan_app: string
  /** The data to be passed to the application. */
  readonly dialplan_app_data: string
}

/** Channel changed Caller ID. */
export type ChannelCallerId = EventBase & {
  readonly type: 'ChannelCallerId'
  /** The integer representation of the Caller Presentation value. */
  readonly caller_presentation: number
  /** The text representation of the Caller Presentation value. */
  readonly caller_presentation_txt: string
  /** The channel that changed Caller ID. */
  readonly channel: Channel
}

/** User-generated event with additional user-defined fields in the object. */
export type ChannelUserevent = EventBase & {
  readonly type: 'ChannelUserevent'
  /** The name of the user event. */
  readonly eventname: string
  /** A channel that is signaled with the user event. */
  readonly channel?: Channel
  /** A bridge that is signaled with the user event. */
  readonly bridge?: Bridge
  /** A endpoint that is signaled with the user event. */
  readonly endpoint?: Endpoint
  /** Custom Userevent data */
  readonly userevent: Record<string, unknown>
}

/** A hangup was requested on the channel. */
export type ChannelHangupRequest = EventBase & {
  readonly type: 'ChannelHangupRequest'
  /** Integer representation of the cause of the hangup. */
  readonly cause?: number
  /** Integer representation of the technology-specific off-nominal cause of the hangup. */
  readonly tech_cause?: number
  /** Whether the hangup request was a soft hangup request. */
  readonly soft?: boolean
  /** The channel on which the hangup was requested. */
  readonly channel: Channel
}

/** Channel variable changed. */
export type ChannelVarset = EventBase & {
  readonly type: 'ChannelVarset'
  /** The variable that changed. */
  readonly variable: string
  /** The new value of the variable. */
  readonly value: string
  /** The channel on which the variable was set. If missing, the variable is a global variable. */
  readonly channel?: Channel
}

/** Tone was detected on the channel. */
export type ChannelToneDetected = EventBase & {
  readonly type: 'ChannelToneDetected'
  /** The channel the tone was detected on. */
  readonly channel: Channel
}

/** Talking was detected on the channel. */
export type ChannelTalkingStarted = EventBase & {
  readonly type: 'ChannelTalkingStarted'
  /** The channel on which talking started. */
  readonly channel: Channel
}

/** Talking is no longer detected on the channel. */
export type ChannelTalkingFinished = EventBase & {
  readonly type: 'ChannelTalkingFinished'
  /** The channel on which talking completed. */
  readonly channel: Channel
  /** The length of time, in milliseconds, that talking was detected on the channel */
  readonly duration: number
}

/** A channel initiated a media hold. */
export type ChannelHold = EventBase & {
  readonly type: 'ChannelHold'
  /** The channel that initiated the hold event. */
  readonly channel: Channel
  /** The music on hold class that the initiator requested. */
  readonly musicclass?: string
}

/** A channel initiated a media unhold. */
export type ChannelUnhold = EventBase & {
  readonly type: 'ChannelUnhold'
  /** The channel that initiated the unhold event. */
  readonly channel: Channel
}

/** The state of a contact on an endpoint has changed. */
export type ContactStatusChange = EventBase & {
  readonly type: 'ContactStatusChange'
  readonly endpoint: Endpoint
  readonly contact_info: ContactInfo
}

/** Endpoint state changed. */
export type EndpointStateChange = EventBase & {
  readonly type: 'EndpointStateChange'
  readonly endpoint: Endpoint
}

/** Dialing state has changed. */
export type Dial = EventBase & {
  readonly type: 'Dial'
  /** The calling channel. */
  readonly caller?: Channel
  /** The dialed channel. */
  readonly peer: Channel
  /** Forwarding target requested by the original dialed channel. */
  readonly forward?: string
  /** Channel that the caller has been forwarded to. */
  readonly forwarded?: Channel
  /** The dial string for calling the peer channel. */
  readonly dialstring?: string
  /** Current status of the dialing attempt to the peer. */
  readonly dialstatus: string
}

/** Notification that a channel has left a Stasis application. */
export type StasisEnd = EventBase & {
  readonly type: 'StasisEnd'
  readonly channel: Channel
}

/** Notification that a channel has entered a Stasis application. */
export type StasisStart = EventBase & {
  readonly type: 'StasisStart'
  /** Arguments to the application */
  readonly args: readonly string[]
  readonly channel: Channel
  readonly replace_channel?: Channel
}

/** A text message was received from an endpoint. */
export type TextMessageReceived = EventBase & {
  readonly type: 'TextMessageReceived'
  readonly message: TextMessage
  readonly endpoint?: Endpoint
}

/** Channel changed Connected Line. */
export type ChannelConnectedLine = EventBase & {
  readonly type: 'ChannelConnectedLine'
  /** The channel whose connected line has changed. */
  readonly channel: Channel
}

/** The state of a peer associated with an endpoint has changed. */
export type PeerStatusChange = EventBase & {
  readonly type: 'PeerStatusChange'
  readonly endpoint: Endpoint
  readonly peer: Peer
}

/** transfer on a channel. */
export type ChannelTransfer = EventBase & {
  readonly type: 'ChannelTransfer'
  /** Transfer State */
  readonly state?: string
  /** Refer-To information with optionally both affected channels */
  readonly refer_to: ReferTo
  /** Referred-By SIP Header according rfc3892 */
  readonly referred_by: ReferredBy
}

/** REST over Websocket Response. */
export type RESTResponse = EventBase & {
  readonly type: 'RESTResponse'
  /** Opaque transaction id. Will be whatever was specified on the original request. */
  readonly transaction_id: string
  /** Opaque request id. Will be whatever was specified on the original request. */
  readonly request_id: string
  /** HTTP status code */
  readonly status_code: number
  /** HTTP reason phrase */
  readonly reason_phrase: string
  /** Original request resource URI */
  readonly uri: string
  /** The Content-Type of the message body. */
  readonly content_type?: string
  /** Response message body */
  readonly message_body?: string
}

/** Notification that a channel is being broadcast to ARI applications for claiming. */
export type CallBroadcast = EventBase & {
  readonly type: 'CallBroadcast'
  /** The channel being broadcast. */
  readonly channel: Channel
  /** The caller ID number. */
  readonly caller?: string
  /** The called number. */
  readonly called?: string
}

/** Notification that a broadcast channel has been successfully claimed by an ARI application. */
export type CallClaimed = EventBase & {
  readonly type: 'CallClaimed'
  /** The channel that was claimed. */
  readonly channel: Channel
  /** The name of the ARI application that claimed the channel. */
  readonly winner_app: string
}

export type AriEvent =
  | DeviceStateChanged
  | PlaybackStarted
  | PlaybackContinuing
  | PlaybackFinished
  | RecordingStarted
  | RecordingFinished
  | RecordingFailed
  | ApplicationMoveFailed
  | ApplicationRegistered
  | ApplicationUnregistered
  | ApplicationReplaced
  | BridgeCreated
  | BridgeDestroyed
  | BridgeMerged
  | BridgeBlindTransfer
  | BridgeAttendedTransfer
  | BridgeVideoSourceChanged
  | ChannelCreated
  | ChannelDestroyed
  | ChannelEnteredBridge
  | ChannelLeftBridge
  | ChannelStateChange
  | ChannelDtmfReceived
  | ChannelDialplan
  | ChannelCallerId
  | ChannelUserevent
  | ChannelHangupRequest
  | ChannelVarset
  | ChannelToneDetected
  | ChannelTalkingStarted
  | ChannelTalkingFinished
  | ChannelHold
  | ChannelUnhold
  | ContactStatusChange
  | EndpointStateChange
  | Dial
  | StasisEnd
  | StasisStart
  | TextMessageReceived
  | ChannelConnectedLine
  | PeerStatusChange
  | ChannelTransfer
  | RESTResponse
  | CallBroadcast
  | CallClaimed

export type EventType = AriEvent['type']

export type Shape = 'string' | 'number' | 'boolean' | 'list' | 'object'

/** What must be there, by event; nothing else is checked of an event before it is passed on. */
export const eventShapes: Readonly<Record<EventType, Readonly<Record<string, Shape>>>> = {
  DeviceStateChanged: { device_state: 'object' },
  PlaybackStarted: { playback: 'object' },
  PlaybackContinuing: { playback: 'object' },
  PlaybackFinished: { playback: 'object' },
  RecordingStarted: { recording: 'object' },
  RecordingFinished: { recording: 'object' },
  RecordingFailed: { recording: 'object' },
  ApplicationMoveFailed: { channel: 'object', destination: 'string', args: 'list' },
  ApplicationRegistered: {},
  ApplicationUnregistered: {},
  ApplicationReplaced: {},
  BridgeCreated: { bridge: 'object' },
  BridgeDestroyed: { bridge: 'object' },
  BridgeMerged: { bridge: 'object', bridge_from: 'object' },
  BridgeBlindTransfer: { channel: 'object', exten: 'string', context: 'string', result: 'string', is_external: 'boolean' },
  BridgeAttendedTransfer: { transferer_first_leg: 'object', transferer_second_leg: 'object', result: 'string', is_external: 'boolean', destination_type: 'string' },
  BridgeVideoSourceChanged: { bridge: 'object' },
  ChannelCreated: { channel: 'object' },
  ChannelDestroyed: { cause: 'number', cause_txt: 'string', channel: 'object' },
  ChannelEnteredBridge: { bridge: 'object' },
  ChannelLeftBridge: { bridge: 'object', channel: 'object' },
  ChannelStateChange: { channel: 'object' },
  ChannelDtmfReceived: { digit: 'string', duration_ms: 'number', channel: 'object' },
  ChannelDialplan: { channel: 'object', dialplan_app: 'string', dialplan_app_data: 'string' },
  ChannelCallerId: { caller_presentation: 'number', caller_presentation_txt: 'string', channel: 'object' },
  ChannelUserevent: { eventname: 'string', userevent: 'object' },
  ChannelHangupRequest: { channel: 'object' },
  ChannelVarset: { variable: 'string', value: 'string' },
  ChannelToneDetected: { channel: 'object' },
  ChannelTalkingStarted: { channel: 'object' },
  ChannelTalkingFinished: { channel: 'object', duration: 'number' },
  ChannelHold: { channel: 'object' },
  ChannelUnhold: { channel: 'object' },
  ContactStatusChange: { endpoint: 'object', contact_info: 'object' },
  EndpointStateChange: { endpoint: 'object' },
  Dial: { peer: 'object', dialstatus: 'string' },
  StasisEnd: { channel: 'object' },
  StasisStart: { args: 'list', channel: 'object' },
  TextMessageReceived: { message: 'object' },
  ChannelConnectedLine: { channel: 'object' },
  PeerStatusChange: { endpoint: 'object', peer: 'object' },
  ChannelTransfer: { refer_to: 'object', referred_by: 'object' },
  RESTResponse: { transaction_id: 'string', request_id: 'string', status_code: 'number', reason_phrase: 'string', uri: 'string' },
  CallBroadcast: { channel: 'object' },
  CallClaimed: { channel: 'object', winner_app: 'string' },
}

/** How each operation is put on the wire. `since`: the first version that has it. */
export const operations = {
  'applications.list': { method: 'GET', path: '/applications', since: '13.0.0', query: [] },
  'applications.get': { method: 'GET', path: '/applications/{applicationName}', since: '13.0.0', query: [] },
  'applications.subscribe': { method: 'POST', path: '/applications/{applicationName}/subscription', since: '13.0.0', query: ['eventSource'] },
  'applications.unsubscribe': { method: 'DELETE', path: '/applications/{applicationName}/subscription', since: '13.0.0', query: ['eventSource'] },
  'applications.filter': { method: 'PUT', path: '/applications/{applicationName}/eventFilter', since: '13.26.0', query: [], body: { name: 'filter', whole: true } },
  'asterisk.getObject': { method: 'GET', path: '/asterisk/config/dynamic/{configClass}/{objectType}/{id}', since: '13.5.0', query: [] },
  'asterisk.updateObject': { method: 'PUT', path: '/asterisk/config/dynamic/{configClass}/{objectType}/{id}', since: '13.5.0', query: [], body: { name: 'fields', whole: false } },
  'asterisk.deleteObject': { method: 'DELETE', path: '/asterisk/config/dynamic/{configClass}/{objectType}/{id}', since: '13.5.0', query: [] },
  'asterisk.getInfo': { method: 'GET', path: '/asterisk/info', since: '12.0.0', query: ['only'] },
  'asterisk.ping': { method: 'GET', path: '/asterisk/ping', since: '13.25.0', query: [] },
  'asterisk.listModules': { method: 'GET', path: '/asterisk/modules', since: '13.5.0', query: [] },
  'asterisk.getModule': { method: 'GET', path: '/asterisk/modules/{moduleName}', since: '13.5.0', query: [] },
  'asterisk.loadModule': { method: 'POST', path: '/asterisk/modules/{moduleName}', since: '13.5.0', query: [] },
  'asterisk.unloadModule': { method: 'DELETE', path: '/asterisk/modules/{moduleName}', since: '13.5.0', query: [] },
  'asterisk.reloadModule': { method: 'PUT', path: '/asterisk/modules/{moduleName}', since: '13.5.0', query: [] },
  'asterisk.listLogChannels': { method: 'GET', path: '/asterisk/logging', since: '13.6.0', query: [] },
  'asterisk.addLog': { method: 'POST', path: '/asterisk/logging/{logChannelName}', since: '13.6.0', query: ['configuration'] },
  'asterisk.deleteLog': { method: 'DELETE', path: '/asterisk/logging/{logChannelName}', since: '13.6.0', query: [] },
  'asterisk.rotateLog': { method: 'PUT', path: '/asterisk/logging/{logChannelName}/rotate', since: '13.6.0', query: [] },
  'asterisk.getGlobalVar': { method: 'GET', path: '/asterisk/variable', since: '12.0.0', query: ['variable'] },
  'asterisk.setGlobalVar': { method: 'POST', path: '/asterisk/variable', since: '12.0.0', query: ['variable', 'value'] },
  'bridges.list': { method: 'GET', path: '/bridges', since: '12.0.0', query: [] },
  'bridges.create': { method: 'POST', path: '/bridges', since: '12.0.0', query: ['type', 'bridgeId', 'name'], body: { name: 'variables', whole: false } },
  'bridges.createWithId': { method: 'POST', path: '/bridges/{bridgeId}', since: '12.2.0', query: ['type', 'name'], body: { name: 'variables', whole: false } },
  'bridges.get': { method: 'GET', path: '/bridges/{bridgeId}', since: '12.0.0', query: [] },
  'bridges.destroy': { method: 'DELETE', path: '/bridges/{bridgeId}', since: '12.0.0', query: [] },
  'bridges.getBridgeVar': { method: 'GET', path: '/bridges/{bridgeId}/variable', since: '20.20.0', query: ['variable'] },
  'bridges.setBridgeVar': { method: 'POST', path: '/bridges/{bridgeId}/variable', since: '20.20.0', query: ['variable', 'value', 'report_events'] },
  'bridges.getBridgeVars': { method: 'GET', path: '/bridges/{bridgeId}/variables', since: '20.20.0', query: ['variables'] },
  'bridges.setBridgeVars': { method: 'POST', path: '/bridges/{bridgeId}/variables', since: '20.20.0', query: [], body: { name: 'variables', whole: false } },
  'bridges.addChannel': { method: 'POST', path: '/bridges/{bridgeId}/addChannel', since: '12.0.0', query: ['channel', 'role', 'absorbDTMF', 'mute', 'inhibitConnectedLineUpdates'] },
  'bridges.removeChannel': { method: 'POST', path: '/bridges/{bridgeId}/removeChannel', since: '12.0.0', query: ['channel'] },
  'bridges.setVideoSource': { method: 'POST', path: '/bridges/{bridgeId}/videoSource/{channelId}', since: '13.13.0', query: [] },
  'bridges.clearVideoSource': { method: 'DELETE', path: '/bridges/{bridgeId}/videoSource', since: '13.13.0', query: [] },
  'bridges.startMoh': { method: 'POST', path: '/bridges/{bridgeId}/moh', since: '12.0.0', query: ['mohClass'] },
  'bridges.stopMoh': { method: 'DELETE', path: '/bridges/{bridgeId}/moh', since: '12.0.0', query: [] },
  'bridges.play': { method: 'POST', path: '/bridges/{bridgeId}/play', since: '12.0.0', query: ['media', 'announcer_format', 'lang', 'offsetms', 'skipms', 'playbackId'] },
  'bridges.playWithId': { method: 'POST', path: '/bridges/{bridgeId}/play/{playbackId}', since: '12.3.0', query: ['media', 'announcer_format', 'lang', 'offsetms', 'skipms'] },
  'bridges.record': { method: 'POST', path: '/bridges/{bridgeId}/record', since: '12.0.0', query: ['name', 'format', 'recorder_format', 'maxDurationSeconds', 'maxSilenceSeconds', 'ifExists', 'beep', 'terminateOn'] },
  'channels.list': { method: 'GET', path: '/channels', since: '12.0.0', query: [] },
  'channels.originate': { method: 'POST', path: '/channels', since: '12.0.0', query: ['endpoint', 'extension', 'context', 'priority', 'label', 'app', 'appArgs', 'callerId', 'timeout', 'channelId', 'otherChannelId', 'originator', 'formats'], body: { name: 'variables', whole: false } },
  'channels.create': { method: 'POST', path: '/channels/create', since: '14.0.0', query: ['endpoint', 'app', 'appArgs', 'channelId', 'otherChannelId', 'originator', 'formats'], body: { name: 'variables', whole: false } },
  'channels.get': { method: 'GET', path: '/channels/{channelId}', since: '12.0.0', query: [] },
  'channels.originateWithId': { method: 'POST', path: '/channels/{channelId}', since: '12.2.0', query: ['endpoint', 'extension', 'context', 'priority', 'label', 'app', 'appArgs', 'callerId', 'timeout', 'otherChannelId', 'originator', 'formats'], body: { name: 'variables', whole: false } },
  'channels.hangup': { method: 'DELETE', path: '/channels/{channelId}', since: '12.0.0', query: ['reason_code', 'reason'] },
  'channels.continueInDialplan': { method: 'POST', path: '/channels/{channelId}/continue', since: '12.0.0', query: ['context', 'extension', 'priority', 'label'] },
  'channels.move': { method: 'POST', path: '/channels/{channelId}/move', since: '13.26.0', query: ['app', 'appArgs'] },
  'channels.redirect': { method: 'POST', path: '/channels/{channelId}/redirect', since: '13.3.0', query: ['endpoint'] },
  'channels.answer': { method: 'POST', path: '/channels/{channelId}/answer', since: '12.0.0', query: [] },
  'channels.ring': { method: 'POST', path: '/channels/{channelId}/ring', since: '12.0.0', query: [] },
  'channels.ringStop': { method: 'DELETE', path: '/channels/{channelId}/ring', since: '12.0.0', query: [] },
  'channels.progress': { method: 'POST', path: '/channels/{channelId}/progress', since: '22.6.0', query: [] },
  'channels.sendDTMF': { method: 'POST', path: '/channels/{channelId}/dtmf', since: '12.0.0', query: ['dtmf', 'before', 'between', 'duration', 'after'] },
  'channels.mute': { method: 'POST', path: '/channels/{channelId}/mute', since: '12.0.0', query: ['direction'] },
  'channels.unmute': { method: 'DELETE', path: '/channels/{channelId}/mute', since: '12.0.0', query: ['direction'] },
  'channels.hold': { method: 'POST', path: '/channels/{channelId}/hold', since: '12.0.0', query: [] },
  'channels.unhold': { method: 'DELETE', path: '/channels/{channelId}/hold', since: '12.0.0', query: [] },
  'channels.startMoh': { method: 'POST', path: '/channels/{channelId}/moh', since: '12.0.0', query: ['mohClass'] },
  'channels.stopMoh': { method: 'DELETE', path: '/channels/{channelId}/moh', since: '12.0.0', query: [] },
  'channels.startSilence': { method: 'POST', path: '/channels/{channelId}/silence', since: '12.0.0', query: [] },
  'channels.stopSilence': { method: 'DELETE', path: '/channels/{channelId}/silence', since: '12.0.0', query: [] },
  'channels.play': { method: 'POST', path: '/channels/{channelId}/play', since: '12.0.0', query: ['media', 'lang', 'offsetms', 'skipms', 'playbackId'] },
  'channels.playWithId': { method: 'POST', path: '/channels/{channelId}/play/{playbackId}', since: '12.2.0', query: ['media', 'lang', 'offsetms', 'skipms'] },
  'channels.record': { method: 'POST', path: '/channels/{channelId}/record', since: '12.0.0', query: ['name', 'format', 'maxDurationSeconds', 'maxSilenceSeconds', 'ifExists', 'beep', 'terminateOn'] },
  'channels.getChannelVar': { method: 'GET', path: '/channels/{channelId}/variable', since: '12.0.0', query: ['variable'] },
  'channels.setChannelVar': { method: 'POST', path: '/channels/{channelId}/variable', since: '12.0.0', query: ['variable', 'value', 'report_events'] },
  'channels.getChannelVars': { method: 'GET', path: '/channels/{channelId}/variables', since: '20.20.0', query: ['variables'] },
  'channels.setChannelVars': { method: 'POST', path: '/channels/{channelId}/variables', since: '20.20.0', query: [], body: { name: 'variables', whole: false } },
  'channels.snoopChannel': { method: 'POST', path: '/channels/{channelId}/snoop', since: '12.0.0', query: ['spy', 'whisper', 'app', 'appArgs', 'snoopId'] },
  'channels.snoopChannelWithId': { method: 'POST', path: '/channels/{channelId}/snoop/{snoopId}', since: '12.2.0', query: ['spy', 'whisper', 'app', 'appArgs'] },
  'channels.dial': { method: 'POST', path: '/channels/{channelId}/dial', since: '14.0.0', query: ['caller', 'timeout'] },
  'channels.rtpstatistics': { method: 'GET', path: '/channels/{channelId}/rtp_statistics', since: '13.27.0', query: [] },
  'channels.externalMedia': { method: 'POST', path: '/channels/externalMedia', since: '16.6.0', query: ['channelId', 'app', 'external_host', 'encapsulation', 'transport', 'connection_type', 'format', 'direction', 'data', 'transport_data'], body: { name: 'variables', whole: false } },
  'channels.transfer_progress': { method: 'POST', path: '/channels/{channelId}/transfer_progress', since: '22.3.0', query: ['states'] },
  'deviceStates.list': { method: 'GET', path: '/deviceStates', since: '12.0.0', query: [] },
  'deviceStates.get': { method: 'GET', path: '/deviceStates/{deviceName}', since: '12.0.0', query: [] },
  'deviceStates.update': { method: 'PUT', path: '/deviceStates/{deviceName}', since: '12.0.0', query: ['deviceState'] },
  'deviceStates.delete': { method: 'DELETE', path: '/deviceStates/{deviceName}', since: '12.0.0', query: [] },
  'endpoints.list': { method: 'GET', path: '/endpoints', since: '12.0.0', query: [] },
  'endpoints.sendMessage': { method: 'PUT', path: '/endpoints/sendMessage', since: '13.0.0', query: ['to', 'from', 'body'], body: { name: 'variables', whole: false } },
  'endpoints.refer': { method: 'POST', path: '/endpoints/refer', since: '18.20.0', query: ['to', 'from', 'refer_to', 'to_self'], body: { name: 'variables', whole: false } },
  'endpoints.listByTech': { method: 'GET', path: '/endpoints/{tech}', since: '12.0.0', query: [] },
  'endpoints.get': { method: 'GET', path: '/endpoints/{tech}/{resource}', since: '12.0.0', query: [] },
  'endpoints.sendMessageToEndpoint': { method: 'PUT', path: '/endpoints/{tech}/{resource}/sendMessage', since: '13.0.0', query: ['from', 'body'], body: { name: 'variables', whole: false } },
  'endpoints.referToEndpoint': { method: 'POST', path: '/endpoints/{tech}/{resource}/refer', since: '18.20.0', query: ['from', 'refer_to', 'to_self'], body: { name: 'variables', whole: false } },
  'events.eventWebsocket': { method: 'GET', path: '/events', since: '12.0.0', query: ['app', 'subscribeAll'] },
  'events.userEvent': { method: 'POST', path: '/events/user/{eventName}', since: '12.3.0', query: ['application', 'source'], body: { name: 'variables', whole: false } },
  'events.claimChannel': { method: 'POST', path: '/events/claim', since: '20.17.0', query: ['channelId', 'application'] },
  'mailboxes.list': { method: 'GET', path: '/mailboxes', since: '12.1.0', query: [] },
  'mailboxes.get': { method: 'GET', path: '/mailboxes/{mailboxName}', since: '12.1.0', query: [] },
  'mailboxes.update': { method: 'PUT', path: '/mailboxes/{mailboxName}', since: '12.1.0', query: ['oldMessages', 'newMessages'] },
  'mailboxes.delete': { method: 'DELETE', path: '/mailboxes/{mailboxName}', since: '12.1.0', query: [] },
  'playbacks.get': { method: 'GET', path: '/playbacks/{playbackId}', since: '12.0.0', query: [] },
  'playbacks.stop': { method: 'DELETE', path: '/playbacks/{playbackId}', since: '12.0.0', query: [] },
  'playbacks.control': { method: 'POST', path: '/playbacks/{playbackId}/control', since: '12.0.0', query: ['operation'] },
  'recordings.listStored': { method: 'GET', path: '/recordings/stored', since: '12.0.0', query: [] },
  'recordings.getStored': { method: 'GET', path: '/recordings/stored/{recordingName}', since: '12.0.0', query: [] },
  'recordings.deleteStored': { method: 'DELETE', path: '/recordings/stored/{recordingName}', since: '12.0.0', query: [] },
  'recordings.getStoredFile': { method: 'GET', path: '/recordings/stored/{recordingName}/file', since: '14.0.0', query: [] },
  'recordings.copyStored': { method: 'POST', path: '/recordings/stored/{recordingName}/copy', since: '12.5.0', query: ['destinationRecordingName'] },
  'recordings.getLive': { method: 'GET', path: '/recordings/live/{recordingName}', since: '12.0.0', query: [] },
  'recordings.cancel': { method: 'DELETE', path: '/recordings/live/{recordingName}', since: '12.0.0', query: [] },
  'recordings.stop': { method: 'POST', path: '/recordings/live/{recordingName}/stop', since: '12.0.0', query: [] },
  'recordings.pause': { method: 'POST', path: '/recordings/live/{recordingName}/pause', since: '12.0.0', query: [] },
  'recordings.unpause': { method: 'DELETE', path: '/recordings/live/{recordingName}/pause', since: '12.0.0', query: [] },
  'recordings.mute': { method: 'POST', path: '/recordings/live/{recordingName}/mute', since: '12.0.0', query: [] },
  'recordings.unmute': { method: 'DELETE', path: '/recordings/live/{recordingName}/mute', since: '12.0.0', query: [] },
  'sounds.list': { method: 'GET', path: '/sounds', since: '12.0.0', query: ['lang', 'format'] },
  'sounds.get': { method: 'GET', path: '/sounds/{soundId}', since: '12.0.0', query: [] },
} as const satisfies Record<string, OperationDescription>

export type OperationDescription = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly since: string
  readonly query: readonly string[]
  readonly body?: { readonly name: string; readonly whole: boolean }
}
export type OperationName = keyof typeof operations

/** Parameters of each operation, whether they go into the path, the query or the body. */
export type OperationArgs = {
  'applications.list': {}
  'applications.get': { applicationName: string }
  'applications.subscribe': { applicationName: string; eventSource: string | readonly (string)[] }
  'applications.unsubscribe': { applicationName: string; eventSource: string | readonly (string)[] }
  'applications.filter': { applicationName: string; filter?: unknown | undefined }
  'asterisk.getObject': { configClass: string; objectType: string; id: string }
  'asterisk.updateObject': { configClass: string; objectType: string; id: string; fields?: unknown | undefined }
  'asterisk.deleteObject': { configClass: string; objectType: string; id: string }
  'asterisk.getInfo': { only?: 'build' | 'system' | 'config' | 'status' | readonly ('build' | 'system' | 'config' | 'status')[] | undefined }
  'asterisk.ping': {}
  'asterisk.listModules': {}
  'asterisk.getModule': { moduleName: string }
  'asterisk.loadModule': { moduleName: string }
  'asterisk.unloadModule': { moduleName: string }
  'asterisk.reloadModule': { moduleName: string }
  'asterisk.listLogChannels': {}
  'asterisk.addLog': { logChannelName: string; configuration: string }
  'asterisk.deleteLog': { logChannelName: string }
  'asterisk.rotateLog': { logChannelName: string }
  'asterisk.getGlobalVar': { variable: string }
  'asterisk.setGlobalVar': { variable: string; value?: string | undefined }
  'bridges.list': {}
  'bridges.create': { type?: string | undefined; bridgeId?: string | undefined; name?: string | undefined; variables?: unknown | undefined }
  'bridges.createWithId': { type?: string | undefined; bridgeId: string; name?: string | undefined; variables?: unknown | undefined }
  'bridges.get': { bridgeId: string }
  'bridges.destroy': { bridgeId: string }
  'bridges.getBridgeVar': { bridgeId: string; variable: string }
  'bridges.setBridgeVar': { bridgeId: string; variable: string; value?: string | undefined; report_events?: boolean | undefined }
  'bridges.getBridgeVars': { bridgeId: string; variables: string | readonly (string)[] }
  'bridges.setBridgeVars': { bridgeId: string; variables: unknown }
  'bridges.addChannel': { bridgeId: string; channel: string | readonly (string)[]; role?: string | undefined; absorbDTMF?: boolean | undefined; mute?: boolean | undefined; inhibitConnectedLineUpdates?: boolean | undefined }
  'bridges.removeChannel': { bridgeId: string; channel: string | readonly (string)[] }
  'bridges.setVideoSource': { bridgeId: string; channelId: string }
  'bridges.clearVideoSource': { bridgeId: string }
  'bridges.startMoh': { bridgeId: string; mohClass?: string | undefined }
  'bridges.stopMoh': { bridgeId: string }
  'bridges.play': { bridgeId: string; media: string | readonly (string)[]; announcer_format?: string | undefined; lang?: string | undefined; offsetms?: number | undefined; skipms?: number | undefined; playbackId?: string | undefined }
  'bridges.playWithId': { bridgeId: string; playbackId: string; media: string | readonly (string)[]; announcer_format?: string | undefined; lang?: string | undefined; offsetms?: number | undefined; skipms?: number | undefined }
  'bridges.record': { bridgeId: string; name: string; format: string; recorder_format?: string | undefined; maxDurationSeconds?: number | undefined; maxSilenceSeconds?: number | undefined; ifExists?: 'fail' | 'overwrite' | 'append' | undefined; beep?: boolean | undefined; terminateOn?: 'none' | 'any' | '*' | '#' | undefined }
  'channels.list': {}
  'channels.originate': { endpoint: string; extension?: string | undefined; context?: string | undefined; priority?: number | undefined; label?: string | undefined; app?: string | undefined; appArgs?: string | undefined; callerId?: string | undefined; timeout?: number | undefined; variables?: unknown | undefined; channelId?: string | undefined; otherChannelId?: string | undefined; originator?: string | undefined; formats?: string | undefined }
  'channels.create': { endpoint: string; app: string; appArgs?: string | undefined; channelId?: string | undefined; otherChannelId?: string | undefined; originator?: string | undefined; formats?: string | undefined; variables?: unknown | undefined }
  'channels.get': { channelId: string }
  'channels.originateWithId': { channelId: string; endpoint: string; extension?: string | undefined; context?: string | undefined; priority?: number | undefined; label?: string | undefined; app?: string | undefined; appArgs?: string | undefined; callerId?: string | undefined; timeout?: number | undefined; variables?: unknown | undefined; otherChannelId?: string | undefined; originator?: string | undefined; formats?: string | undefined }
  'channels.hangup': { channelId: string; reason_code?: string | undefined; reason?: 'normal' | 'busy' | 'congestion' | 'no_answer' | 'timeout' | 'rejected' | 'unallocated' | 'normal_unspecified' | 'number_incomplete' | 'codec_mismatch' | 'interworking' | 'failure' | 'answered_elsewhere' | undefined }
  'channels.continueInDialplan': { channelId: string; context?: string | undefined; extension?: string | undefined; priority?: number | undefined; label?: string | undefined }
  'channels.move': { channelId: string; app: string; appArgs?: string | undefined }
  'channels.redirect': { channelId: string; endpoint: string }
  'channels.answer': { channelId: string }
  'channels.ring': { channelId: string }
  'channels.ringStop': { channelId: string }
  'channels.progress': { channelId: string }
  'channels.sendDTMF': { channelId: string; dtmf?: string | undefined; before?: number | undefined; between?: number | undefined; duration?: number | undefined; after?: number | undefined }
  'channels.mute': { channelId: string; direction?: 'both' | 'in' | 'out' | undefined }
  'channels.unmute': { channelId: string; direction?: 'both' | 'in' | 'out' | undefined }
  'channels.hold': { channelId: string }
  'channels.unhold': { channelId: string }
  'channels.startMoh': { channelId: string; mohClass?: string | undefined }
  'channels.stopMoh': { channelId: string }
  'channels.startSilence': { channelId: string }
  'channels.stopSilence': { channelId: string }
  'channels.play': { channelId: string; media: string | readonly (string)[]; lang?: string | undefined; offsetms?: number | undefined; skipms?: number | undefined; playbackId?: string | undefined }
  'channels.playWithId': { channelId: string; playbackId: string; media: string | readonly (string)[]; lang?: string | undefined; offsetms?: number | undefined; skipms?: number | undefined }
  'channels.record': { channelId: string; name: string; format: string; maxDurationSeconds?: number | undefined; maxSilenceSeconds?: number | undefined; ifExists?: 'fail' | 'overwrite' | 'append' | undefined; beep?: boolean | undefined; terminateOn?: 'none' | 'any' | '*' | '#' | undefined }
  'channels.getChannelVar': { channelId: string; variable: string }
  'channels.setChannelVar': { channelId: string; variable: string; value?: string | undefined; report_events?: boolean | undefined }
  'channels.getChannelVars': { channelId: string; variables: string | readonly (string)[] }
  'channels.setChannelVars': { channelId: string; variables: unknown }
  'channels.snoopChannel': { channelId: string; spy?: 'none' | 'both' | 'out' | 'in' | undefined; whisper?: 'none' | 'both' | 'out' | 'in' | undefined; app: string; appArgs?: string | undefined; snoopId?: string | undefined }
  'channels.snoopChannelWithId': { channelId: string; snoopId: string; spy?: 'none' | 'both' | 'out' | 'in' | undefined; whisper?: 'none' | 'both' | 'out' | 'in' | undefined; app: string; appArgs?: string | undefined }
  'channels.dial': { channelId: string; caller?: string | undefined; timeout?: number | undefined }
  'channels.rtpstatistics': { channelId: string }
  'channels.externalMedia': { channelId?: string | undefined; app: string; variables?: unknown | undefined; external_host?: string | undefined; encapsulation?: 'rtp' | 'audiosocket' | 'none' | undefined; transport?: 'udp' | 'tcp' | 'websocket' | undefined; connection_type?: 'client' | 'server' | undefined; format: string; direction?: 'both' | undefined; data?: string | undefined; transport_data?: string | undefined }
  'channels.transfer_progress': { channelId: string; states: string }
  'deviceStates.list': {}
  'deviceStates.get': { deviceName: string }
  'deviceStates.update': { deviceName: string; deviceState: 'NOT_INUSE' | 'INUSE' | 'BUSY' | 'INVALID' | 'UNAVAILABLE' | 'RINGING' | 'RINGINUSE' | 'ONHOLD' }
  'deviceStates.delete': { deviceName: string }
  'endpoints.list': {}
  'endpoints.sendMessage': { to: string; from: string; body?: string | undefined; variables?: unknown | undefined }
  'endpoints.refer': { to: string; from: string; refer_to: string; to_self?: boolean | undefined; variables?: unknown | undefined }
  'endpoints.listByTech': { tech?: string | undefined }
  'endpoints.get': { tech?: string | undefined; resource?: string | undefined }
  'endpoints.sendMessageToEndpoint': { tech?: string | undefined; resource?: string | undefined; from: string; body?: string | undefined; variables?: unknown | undefined }
  'endpoints.referToEndpoint': { tech?: string | undefined; resource?: string | undefined; from: string; refer_to: string; to_self?: boolean | undefined; variables?: unknown | undefined }
  'events.eventWebsocket': { app: string | readonly (string)[]; subscribeAll?: boolean | undefined }
  'events.userEvent': { eventName: string; application: string; source?: string | readonly (string)[] | undefined; variables?: unknown | undefined }
  'events.claimChannel': { channelId: string; application: string }
  'mailboxes.list': {}
  'mailboxes.get': { mailboxName: string }
  'mailboxes.update': { mailboxName: string; oldMessages: number; newMessages: number }
  'mailboxes.delete': { mailboxName: string }
  'playbacks.get': { playbackId: string }
  'playbacks.stop': { playbackId: string }
  'playbacks.control': { playbackId: string; operation: 'restart' | 'pause' | 'unpause' | 'reverse' | 'forward' }
  'recordings.listStored': {}
  'recordings.getStored': { recordingName: string }
  'recordings.deleteStored': { recordingName: string }
  'recordings.getStoredFile': { recordingName: string }
  'recordings.copyStored': { recordingName: string; destinationRecordingName: string }
  'recordings.getLive': { recordingName: string }
  'recordings.cancel': { recordingName: string }
  'recordings.stop': { recordingName: string }
  'recordings.pause': { recordingName: string }
  'recordings.unpause': { recordingName: string }
  'recordings.mute': { recordingName: string }
  'recordings.unmute': { recordingName: string }
  'sounds.list': { lang?: string | undefined; format?: string | undefined }
  'sounds.get': { soundId: string }
}

/** What a 2xx answer of each operation holds. */
export type OperationAnswers = {
  'applications.list': readonly Application[]
  'applications.get': Application
  'applications.subscribe': Application
  'applications.unsubscribe': Application
  'applications.filter': Application
  'asterisk.getObject': readonly ConfigTuple[]
  'asterisk.updateObject': readonly ConfigTuple[]
  'asterisk.deleteObject': null
  'asterisk.getInfo': AsteriskInfo
  'asterisk.ping': AsteriskPing
  'asterisk.listModules': readonly Module[]
  'asterisk.getModule': Module
  'asterisk.loadModule': null
  'asterisk.unloadModule': null
  'asterisk.reloadModule': null
  'asterisk.listLogChannels': readonly LogChannel[]
  'asterisk.addLog': null
  'asterisk.deleteLog': null
  'asterisk.rotateLog': null
  'asterisk.getGlobalVar': Variable
  'asterisk.setGlobalVar': null
  'bridges.list': readonly Bridge[]
  'bridges.create': Bridge
  'bridges.createWithId': Bridge
  'bridges.get': Bridge
  'bridges.destroy': null
  'bridges.getBridgeVar': Variable
  'bridges.setBridgeVar': null
  'bridges.getBridgeVars': Variables
  'bridges.setBridgeVars': null
  'bridges.addChannel': null
  'bridges.removeChannel': null
  'bridges.setVideoSource': null
  'bridges.clearVideoSource': null
  'bridges.startMoh': null
  'bridges.stopMoh': null
  'bridges.play': Playback
  'bridges.playWithId': Playback
  'bridges.record': LiveRecording
  'channels.list': readonly Channel[]
  'channels.originate': Channel
  'channels.create': Channel
  'channels.get': Channel
  'channels.originateWithId': Channel
  'channels.hangup': null
  'channels.continueInDialplan': null
  'channels.move': null
  'channels.redirect': null
  'channels.answer': null
  'channels.ring': null
  'channels.ringStop': null
  'channels.progress': null
  'channels.sendDTMF': null
  'channels.mute': null
  'channels.unmute': null
  'channels.hold': null
  'channels.unhold': null
  'channels.startMoh': null
  'channels.stopMoh': null
  'channels.startSilence': null
  'channels.stopSilence': null
  'channels.play': Playback
  'channels.playWithId': Playback
  'channels.record': LiveRecording
  'channels.getChannelVar': Variable
  'channels.setChannelVar': null
  'channels.getChannelVars': Variables
  'channels.setChannelVars': null
  'channels.snoopChannel': Channel
  'channels.snoopChannelWithId': Channel
  'channels.dial': null
  'channels.rtpstatistics': RTPstat
  'channels.externalMedia': Channel
  'channels.transfer_progress': null
  'deviceStates.list': readonly DeviceState[]
  'deviceStates.get': DeviceState
  'deviceStates.update': null
  'deviceStates.delete': null
  'endpoints.list': readonly Endpoint[]
  'endpoints.sendMessage': null
  'endpoints.refer': null
  'endpoints.listByTech': readonly Endpoint[]
  'endpoints.get': Endpoint
  'endpoints.sendMessageToEndpoint': null
  'endpoints.referToEndpoint': null
  'events.eventWebsocket': Message
  'events.userEvent': null
  'events.claimChannel': null
  'mailboxes.list': readonly Mailbox[]
  'mailboxes.get': Mailbox
  'mailboxes.update': null
  'mailboxes.delete': null
  'playbacks.get': Playback
  'playbacks.stop': null
  'playbacks.control': null
  'recordings.listStored': readonly StoredRecording[]
  'recordings.getStored': StoredRecording
  'recordings.deleteStored': null
  'recordings.getStoredFile': unknown
  'recordings.copyStored': StoredRecording
  'recordings.getLive': LiveRecording
  'recordings.cancel': null
  'recordings.stop': null
  'recordings.pause': null
  'recordings.unpause': null
  'recordings.mute': null
  'recordings.unmute': null
  'sounds.list': readonly Sound[]
  'sounds.get': Sound
}
