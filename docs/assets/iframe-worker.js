// The search runs in a worker, and browsers start none for pages of the file system. There, run the
// worker's script in a hidden frame instead.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    #queue = [];
    #frame = document.createElement("iframe");

    constructor(url) {
      super();
      this.#frame.hidden = true;
      document.body.appendChild(this.#frame);
      const inside = this.#frame.contentWindow;
      inside.postMessage = (data) => {
        const message = new MessageEvent("message", { data });
        this.onmessage?.(message);
        this.dispatchEvent(message);
      };
      const script = inside.document.createElement("script");
      script.src = url;
      script.onload = () => {
        for (const data of this.#queue) this.#deliver(data);
        this.#queue = null;
      };
      inside.document.body.appendChild(script);
    }

    postMessage(data) {
      if (this.#queue) this.#queue.push(data);
      else this.#deliver(data);
    }

    terminate() {
      this.#frame.remove();
    }

    #deliver(data) {
      const inside = this.#frame.contentWindow;
      inside.dispatchEvent(new inside.MessageEvent("message", { data }));
    }
  };
}
