"use strict";
/* The button "notify me on this device". Without this script it stays disabled, and the text beside it says why. */

const device = document.getElementById("device");
const says = document.getElementById("device-says");
const notify = device.querySelector("button");

/* A browser has one subscription per site; an older one may be somebody else's, or be bound to another key of ours. */
async function subscribe() {
  await navigator.serviceWorker.register(device.dataset.worker, { scope: "/" });
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: device.dataset.push });
}

async function register() {
  says.textContent = "";
  if (await Notification.requestPermission() !== "granted") {
    says.textContent = says.dataset.denied;
    return;
  }
  try {
    const { endpoint, keys } = (await subscribe()).toJSON();
    const said = { endpoint, p256dh: keys.p256dh, auth: keys.auth };
    Object.entries(said).forEach(([name, value]) => { device.elements[name].value = value; });
    device.requestSubmit();
  } catch {
    says.textContent = says.dataset.failed;
  }
}

if (device.dataset.push) {
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  notify.disabled = !able;
  says.textContent = able ? "" : says.dataset.unable;
  notify.addEventListener("click", register);
}
