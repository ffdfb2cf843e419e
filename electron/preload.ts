import { contextBridge, ipcRenderer } from 'electron'
import type { Bridge } from './ipc/bridge.ts'
import { channels } from './ipc/electron-channels.ts'

const bridge: Bridge = {
  async request(method, params) {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    return JSON.parse(await ipcRenderer.invoke(channels.request, text))
  },
  onNotification(callback) {
    const listener = (_event: unknown, name: string, content: unknown) => callback(name, content)
    ipcRenderer.on(channels.notification, listener)
    ipcRenderer.send(channels.listening)
    return () => void ipcRenderer.off(channels.notification, listener)
  },
}

contextBridge.exposeInMainWorld('phone', bridge)
