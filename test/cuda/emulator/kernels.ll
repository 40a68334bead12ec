; Hand-written kernels for the tests of the emulator. Words: in, out, extent.
target triple = "nvptx64-nvidia-cuda"

@partial = internal addrspace(3) global [32 x float] undef, align 4
@dynamic = external addrspace(3) global [0 x float], align 16

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
declare float @llvm.nvvm.shfl.sync.bfly.f32(i32, float, i32, i32)
declare float @llvm.nvvm.ex2.approx.ftz.f(float)

; out[i] = 2^in[i]
define ptx_kernel void @power(ptr byval([4 x i64]) align 8 %words) {
  %in = load ptr addrspace(1), ptr %words
  %out.at = getelementptr i64, ptr %words, i64 1
  %out = load ptr addrspace(1), ptr %out.at
  %extent.at = getelementptr i64, ptr %words, i64 2
  %extent = load i64, ptr %extent.at
  %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %threads = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  %first = mul i32 %block, %threads
  %i32 = add i32 %first, %thread
  %i = zext i32 %i32 to i64
  %inside = icmp slt i64 %i, %extent
  br i1 %inside, label %work, label %end
work:
  %from = getelementptr float, ptr addrspace(1) %in, i64 %i
  %to = getelementptr float, ptr addrspace(1) %out, i64 %i
  %x = load float, ptr addrspace(1) %from
  %y = call float @llvm.nvvm.ex2.approx.ftz.f(float %x)
  store float %y, ptr addrspace(1) %to
  br label %end
end:
  ret void
}

; out[block] = sum of the block's 256 values: shuffles, static shared memory, one barrier
define ptx_kernel void @sum(ptr byval([4 x i64]) align 8 %words) {
  %in = load ptr addrspace(1), ptr %words
  %out.at = getelementptr i64, ptr %words, i64 1
  %out = load ptr addrspace(1), ptr %out.at
  %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %first = mul i32 %block, 256
  %i = add i32 %first, %thread
  %from = getelementptr float, ptr addrspace(1) %in, i32 %i
  %x = load float, ptr addrspace(1) %from
  %warp.sum = call float @sumOfWarp(float %x)
  %warp = lshr i32 %thread, 5
  %lane = and i32 %thread, 31
  %is.first = icmp eq i32 %lane, 0
  br i1 %is.first, label %keep, label %meet
keep:
  %slot = getelementptr float, ptr addrspace(3) @partial, i32 %warp
  store float %warp.sum, ptr addrspace(3) %slot
  br label %meet
meet:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %is.last = icmp ult i32 %thread, 32
  br i1 %is.last, label %finish, label %end
finish:
  %other = and i32 %lane, 7
  %slot.in = getelementptr float, ptr addrspace(3) @partial, i32 %other
  %part = load float, ptr addrspace(3) %slot.in
  %four.times = call float @sumOfWarp(float %part)
  %total = fmul float %four.times, 0.25
  %to = getelementptr float, ptr addrspace(1) %out, i32 %block
  store float %total, ptr addrspace(1) %to
  br label %end
end:
  ret void
}

define internal float @sumOfWarp(float %x) {
entry:
  br label %loop
loop:
  %distance = phi i32 [ 16, %entry ], [ %half, %loop ]
  %sum = phi float [ %x, %entry ], [ %next, %loop ]
  %other = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %sum, i32 %distance, i32 31)
  %next = fadd float %sum, %other
  %half = lshr i32 %distance, 1
  %done = icmp eq i32 %half, 0
  br i1 %done, label %end, label %loop
end:
  ret float %next
}

; out[i] = in[255 - i], through dynamic shared memory
define ptx_kernel void @reverse(ptr byval([4 x i64]) align 8 %words) {
  %in = load ptr addrspace(1), ptr %words
  %out.at = getelementptr i64, ptr %words, i64 1
  %out = load ptr addrspace(1), ptr %out.at
  %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %from = getelementptr float, ptr addrspace(1) %in, i32 %thread
  %x = load float, ptr addrspace(1) %from
  %slot = getelementptr float, ptr addrspace(3) @dynamic, i32 %thread
  store float %x, ptr addrspace(3) %slot
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %mirror = sub i32 255, %thread
  %slot.in = getelementptr float, ptr addrspace(3) @dynamic, i32 %mirror
  %y = load float, ptr addrspace(3) %slot.in
  %to = getelementptr float, ptr addrspace(1) %out, i32 %thread
  store float %y, ptr addrspace(1) %to
  ret void
}

; fault: threads from `extent` on leave before the barrier
define ptx_kernel void @leavesBeforeBarrier(ptr byval([4 x i64]) align 8 %words) {
  %extent.at = getelementptr i64, ptr %words, i64 2
  %extent = load i64, ptr %extent.at
  %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %i = zext i32 %thread to i64
  %inside = icmp slt i64 %i, %extent
  br i1 %inside, label %meet, label %end
meet:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br label %end
end:
  ret void
}

; fault: even lanes shuffle, odd ones wait at the barrier
define ptx_kernel void @diverges(ptr byval([4 x i64]) align 8 %words) {
  %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %odd = trunc i32 %thread to i1
  br i1 %odd, label %meet, label %swap
meet:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br label %end
swap:
  %other = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float 1.0, i32 1, i32 31)
  br label %end
end:
  ret void
}
